"""The invented places: names, offices, codes. No such place, code or number exists."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CITY", "COUNTY", "Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """``region``: six digits that no GB/T 2260 table holds; ``id_code``: the site's 网站标识码 (ten digits)."""

    name: str
    short: str
    bureau: str
    bureau_short: str
    word: str
    region: str
    id_code: str
    icp: str
    towns: tuple[str, ...]


CITY = Place(
    name="澜沂市",
    short="澜沂",
    bureau="澜沂市卫生健康委员会",
    bureau_short="市卫生健康委员会",
    word="澜卫",
    region="338100",
    id_code="3381000019",
    icp="浙ICP备00000381号",
    towns=("临碧街道", "沙浦镇", "雁渡镇", "松屏镇", "北溆乡", "望榆街道", "石埠镇", "梨洲镇", "桐岙乡", "南汀镇"),
)
COUNTY = Place(
    name="青汀县",
    short="青汀",
    bureau="青汀县卫生健康局",
    bureau_short="县卫生健康局",
    word="青卫",
    region="218723",
    id_code="2187230036",
    icp="辽ICP备00000723号",
    towns=("河湾镇", "柳甸镇", "东岗乡", "白桦镇", "双井镇", "西坨乡", "朱镕桥镇", "𠮷阳乡"),
)
