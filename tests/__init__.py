"""Tests: real parts, no network but loopback. One folder per package, `sites` serves what they crawl."""
