package io.freshet.runners.spark;

import io.freshet.changes.SecretMap;
import java.util.Map;
import org.apache.spark.broadcast.Broadcast;

/**
 * Secrets on their way to the executors, as a broadcast: of that, Spark writes a number into its
 * checkpoints, and shows nothing in its UI or its event log.
 */
record BroadcastSecrets(Broadcast<Map<String, String>> broadcast) implements SecretMap.Carrier {
  @Override
  public Map<String, String> values() {
    return broadcast.value();
  }
}
