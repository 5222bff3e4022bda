"""Trust: the city's certificate authority (数字证书认证中心, CA/RA): keys, certificates, status, and the journal of it all."""
