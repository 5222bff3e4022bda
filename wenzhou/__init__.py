"""Digital Wenzhou (数字温州): one platform for a city."""
