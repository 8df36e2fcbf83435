"""crawler/families"""
