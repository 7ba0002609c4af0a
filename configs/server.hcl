server {
  host = "0.0.0.0"
  port = 8080
  
  tls {
    enabled = true
    cert_file = "/etc/hxe/certs/server.crt"
    key_file = "/etc/hxe/certs/server.key"
  }
  
  auth {
    type = "jwt"
    secret = "env:JWT_SECRET"
    token_expiry = "24h"
  }
  
  cors {
    allowed_origins = ["https://app.company.com"]
    allowed_methods = ["GET", "POST", "PUT", "DELETE"]
  }
  
  rate_limit {
    requests_per_minute = 1000
    burst_size = 100
  }
}
