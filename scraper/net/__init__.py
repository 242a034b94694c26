"""How requests leave the machine: where they may go, when, and how every exchange gets its line in the capture log.

Belongs here: the download handler, the address guard, the gate between requests, robots.txt, content decoding.
Does not: which addresses to ask for (`scraper.discovery`, `scraper.visit`), how captures are kept (`scraper.archive`).
"""
