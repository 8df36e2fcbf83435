"""The archive as a web page: ``gongkai serve``. Reads only; the one package that knows Starlette."""
