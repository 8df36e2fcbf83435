"""The only Scrapy settings. Scrapy's dangerous defaults are off: remote control, telnet, the environment's
proxy, file/ftp/s3/data addresses, unverified TLS, 1 GiB bodies. HTTP errors reach the spider; retries and
known URLs are the frontier's business (``archive.frontier``), so Scrapy's own retry and dupefilter are off."""

from __future__ import annotations

from importlib.metadata import version

from archive.captures import BODY_LIMIT

__all__: list[str] = []

BOT_NAME = "gongkai"
USER_AGENT = f"gongkai/{version('gongkai')} (archive of government disclosure pages)"

SPIDER_MODULES = ["spiders"]
SPIDER_LOADER_CLASS = "spiders.loader.SourceSpiderLoader"
SCHEDULER = "crawler.scheduler.FrontierScheduler"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
TWISTED_DNS_RESOLVER = "crawler.guard.GuardedResolver"

# What is in flight is what a killed process fetches again: at most 16 (issue of the frontier's promise).
CONCURRENT_REQUESTS = 8
CONCURRENT_REQUESTS_PER_DOMAIN = 8
CONCURRENT_ITEMS = 1  # the spider yields one; Scrapy starts this many tasks for each answer
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 2_000_000  # bytes of answers that wait to be read; then fetching pauses
RANDOMIZE_DOWNLOAD_DELAY = False  # its jitter also shortens the delay
ROBOTSTXT_OBEY = True
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = BODY_LIMIT  # bytes; the same bound holds for what crawler.keep unpacks
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    "Accept-Encoding": "gzip, deflate",  # warcio cannot read br payloads with current brotli
}

COMPRESSION_ENABLED = False  # the archive's own decoder (crawler.keep): it forgives servers that lie about gzip
COOKIES_ENABLED = False
RETRY_ENABLED = False
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
HTTPPROXY_ENABLED = False
HTTPERROR_ALLOW_ALL = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

DOWNLOADER_STATS = False  # it puts every request and answer together again to count their bytes
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.guard.AddressGuard": 50,
    "crawler.polite.Robots": 100,
    "crawler.keep.Keep": 995,  # nearest to the downloader: sees the payload as it was sent
}
# The spider yields one item and no Request: what follows requests, depths and errors has nothing to do.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
ITEM_PIPELINES = {"crawler.pipelines.ReadAndStore": 100}

LOG_LEVEL = "ERROR"
LOG_INSTALL_ROOT_HANDLER = True
LOG_FORMATTER = "crawler.pipelines.QuietFormatter"
