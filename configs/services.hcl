services {
  service "web-app" {
    command = "node app.js"
    working_dir = "/opt/web-app"
    user = "www-data"
    
    environment = {
      NODE_ENV = "production"
      PORT = "3000"
      DATABASE_URL = "env:DATABASE_URL"
    }
    
    health_check {
      type = "http"
      url = "http://localhost:3000/health"
      interval = "10s"
      timeout = "5s"
      retries = 3
    }
    
    resources {
      cpu_limit = "1000m"
      memory_limit = "1Gi"
      restart_policy = "always"
    }
    
    tags = ["web", "frontend", "production"]
  }
  
  service "database" {
    command = "postgres -D /var/lib/postgresql/data"
    working_dir = "/var/lib/postgresql"
    user = "postgres"
    
    health_check {
      type = "tcp"
      host = "localhost"
      port = 5432
      interval = "30s"
    }
    
    resources {
      cpu_limit = "2000m"
      memory_limit = "4Gi"
      restart_policy = "on-failure"
    }
    
    tags = ["database", "postgresql", "production"]
  }
}
