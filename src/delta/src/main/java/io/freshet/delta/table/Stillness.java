package io.freshet.delta.table;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.hadoop.fs.FileStatus;

/**
 * Since when files have the length and the time that they have, as far as they were looked at: by a
 * clock that never steps, and not by what the storage says of its time. Thread-safe.
 */
final class Stillness {
  /** Those that are read by all of this JVM. */
  static final Stillness OF_JVM = new Stillness(System::nanoTime);

  private static final Duration STILL = Duration.ofSeconds(1);
  private static final int FILES = 64;

  private final LongSupplier nanoClock;
  private final Map<String, Seen> files =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
          return size() > FILES;
        }
      };

  private record Seen(long bytes, long modified, long nanos) {
    boolean is(FileStatus file) {
      return bytes == file.getLen() && modified == file.getModificationTime();
    }
  }

  /** By a clock that grows by a nanosecond each nanosecond. */
  Stillness(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Notes what a file is now; whether it has been so for a second. */
  synchronized boolean isStill(FileStatus file) {
    long now = nanoClock.getAsLong();
    String path = file.getPath().toString();
    Seen seen = files.get(path);
    if (seen == null || !seen.is(file)) {
      files.put(path, new Seen(file.getLen(), file.getModificationTime(), now));
      return false;
    }
    return now - seen.nanos() >= STILL.toNanos();
  }
}
