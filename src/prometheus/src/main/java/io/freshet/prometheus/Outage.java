package io.freshet.prometheus;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs an outage of the Pushgateway once when it begins and once when it is over. */
final class Outage {
  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

  private static final Duration LOOK = Duration.ofMillis(500);

  private final PushgatewayTarget target;
  private boolean lasts;

  Outage(PushgatewayTarget target) {
    this.target = target;
  }

  void failed(Throwable e) {
    if (!lasts && target.isOfOtherProtocol(LOOK)) {
      LOG.warn(
          "Cannot push metrics to {}: the server there {}; write --pushgateway with {}://",
          target,
          target.isTls() ? "does not speak TLS" : "speaks TLS",
          target.isTls() ? "http" : "https");
    } else if (!lasts) {
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
