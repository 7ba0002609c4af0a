agent {
  name = "hxe-agent-01"
  data_dir = "/var/lib/hxe"
  log_level = "info"
  
  metrics {
    enabled = true
    interval = "30s"
    retention = "24h"
    prometheus_endpoint = ":9090"
  }
  
  alerts {
    enabled = true
    webhook_url = "https://hooks.slack.com/..."
    email {
      smtp_server = "smtp.gmail.com:587"
      username = "alerts@company.com"
      password = "env:SMTP_PASSWORD"
    }
  }
  
  nats {
    servers = ["nats://localhost:4222"]
    cluster_name = "hxe-cluster"
  }
}
