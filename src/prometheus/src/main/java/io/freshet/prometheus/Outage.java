package io.freshet.prometheus;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs an outage of the Pushgateway once when it begins and once when it is over. */
final class Outage {
  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

  private final PushgatewayTarget target;
  private boolean lasts;

  Outage(PushgatewayTarget target) {
    this.target = target;
  }

  void failed(Throwable e) {
    if (!lasts) {
      LOG.warn(
          "Cannot push metrics to {}; they are kept and pushed later: {}", target, e.toString());
    }
    lasts = true;
  }

  void succeeded() {
    if (lasts) {
      LOG.info("Metrics are pushed to {} again", target);
    }
    lasts = false;
  }
}
