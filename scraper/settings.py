"""Scrapy's settings for every crawl. What one source's file says about pace, limits and TLS is set by the spider.

Belongs here: what holds for all sources. Each name exists in Scrapy 2.19 (a test compares).
"""

from __future__ import annotations

from scraper.net.handler import ACCEPT_ENCODING

BOT_NAME = "tintinh"
SPIDER_MODULES = ["scraper.spiders"]
NEWSPIDER_MODULE = "scraper.spiders"

# One source at a time, politely. Sources may say more (scraper/source.py, `pace`).
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 2.0
DOWNLOAD_DELAY_JITTER = 0  # with the default of ±50 % a delay would be undercut half the time
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_MAX_DELAY = 60.0
RETRY_HTTP_CODES = [429, 500, 502, 503, 504, 520, 521, 522, 523, 524]
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the capture log has it
DEPTH_LIMIT = 0  # depth is the visit's business

# No way in while it runs.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
DOWNLOAD_VERIFY_CERTIFICATES = True
HTTPPROXY_ENABLED = False  # a proxy would resolve names for us, past the guard against inside addresses
TWISTED_DNS_RESOLVER = "scraper.net.guard.GuardingResolver"

# Nothing of one page is told to another.
COOKIES_ENABLED = False
REFERER_ENABLED = False
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.3",
    "Accept-Encoding": ACCEPT_ENCODING,
}

# Our own parts: the frontier is the scheduler, the handler writes every exchange, the spider sees every status.
SCHEDULER = "scraper.scheduler.VisitScheduler"
DOWNLOAD_HANDLERS = {
    "http": "scraper.net.handler.ArchivingHandler",
    "https": "scraper.net.handler.ArchivingHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES = {
    "scraper.net.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # the handler refuses, with a capture
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # the handler decodes, capped
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,  # the spider follows, inside the source
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}
EXTENSIONS = {
    "scraper.progress.CrawlKeeper": 100,
    "scrapy.extensions.logstats.LogStats": None,  # the progress file says it, once a second
    # Switched off all the same: to be asked whether it is on, it is loaded, and an HTTP server with it.
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.feedexport.FeedExporter": None,  # nothing is scraped
}
HTTPERROR_ALLOW_ALL = True
METAREFRESH_ENABLED = False
REDIRECT_ENABLED = False
COMPRESSION_ENABLED = False
ROBOTSTXT_OBEY = True  # by our own middleware, which records refusals and stops on a robots.txt that cannot be had
MEMUSAGE_LIMIT_MB = 2048

CONCURRENT_ITEMS = 4  # nothing is scraped here; Scrapy starts so many tasks for each listing
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads the source of every callback to warn of what mypy finds
LOG_LEVEL = "INFO"
LOG_VERSIONS: list[str] = []
STATS_DUMP = False
