# The agent itself: what runs your services. All of this is optional, and what is
# commented out shows the default. Every name is explained by `docs/` and by the
# editor in the panel; a misspelt one is said with its line and column.

agent {
  # name      = "laptop"      # how this machine is called in a fleet
  # log_level = "info"        # trace, debug, info, warn, error

  quit_policy   = "stop" # what happens to the services when the agent ends: "stop" or "keep"
  config_reload = "auto" # a saved file takes effect by itself; "ask" waits for you
}
