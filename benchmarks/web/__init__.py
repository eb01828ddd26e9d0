"""Pages and orders per second, beside a peer, in the browser and over a thousand markets: `make bench-web`."""
