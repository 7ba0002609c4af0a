# Three small services that run on any machine with a shell, to look at and to change.
# Try it: stop one in the panel, edit a line here, follow a log with `hxe logs -f clock`.
# When you have services of your own, delete this file.

group "examples" {
  description = "What HXE came with"
}

services {

  # A task runs once, and "completed" is its good end.
  service "greeting" {
    type        = "task"
    description = "Says hello and ends"
    command     = "echo \"Hello. These lines are the output of a task; it has now completed.\""
    shell       = true # run by the shell: only needed for what a shell does, here the quotes are enough
    groups      = ["examples"]
    tags        = ["example", "task"]
  }

  # A service runs on and is started again when it fails.
  service "clock" {
    description = "Writes the time every few seconds"

    # With `shell = true` a command may be a small script. <<-EOT takes the indentation away.
    shell   = true
    command = <<-EOT
      echo "the clock starts, and ticks every $TICK_SECONDS seconds"
      while sleep "$TICK_SECONDS"; do
        date
      done
    EOT

    environment = {
      TICK_SECONDS = 5 # numbers become text
    }

    # It waits until the task above has ended with success.
    depends_on {
      service   = "greeting"
      condition = "completed"
    }

    restart {
      policy      = "on-failure" # "always" also after a good end, "never" not at all
      delay       = "1s"         # doubled with each failure, up to a minute
      max_retries = 5            # failures within a minute before it is given up
    }

    stop {
      timeout = "5s" # after SIGTERM; then it is ended for good, with all its processes
    }

    groups = ["examples"]
    tags   = ["example"]
  }

  # A cron job runs by its schedule, and waits in between.
  service "disk-report" {
    type        = "cron"
    schedule    = "*/5 * * * *" # every five minutes; the fields are minute, hour, day, month, weekday
    description = "Writes how full the disk is"
    command     = "df -h ."
    depends_on  = ["clock"]
    groups      = ["examples"]
    tags        = ["example", "cron"]
  }
}
