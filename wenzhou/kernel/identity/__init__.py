"""Identity (身份): accounts, real-name anchors, offices, posts, delegation, sign-in."""
