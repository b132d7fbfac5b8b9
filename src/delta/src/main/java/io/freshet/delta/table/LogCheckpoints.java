package io.freshet.delta.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * The complete checkpoints of a log: 8 bytes for each that is one file with the usual name, which
 * nearly all are.
 */
final class LogCheckpoints {
  private final long[] versions;
  private final long[] plain;
  private final Map<Long, List<List<String>>> otherNames;

  private LogCheckpoints(long[] plain, Map<Long, List<List<String>>> otherNames) {
    this.plain = plain;
    this.otherNames = otherNames;
    this.versions =
        otherNames.isEmpty()
            ? plain
            : LongStream.concat(
                    LongStream.of(plain), otherNames.keySet().stream().mapToLong(v -> v))
                .sorted()
                .distinct()
                .toArray();
  }

  /** The newest checkpoint that is not after {@code version}. */
  OptionalLong before(long version) {
    int index = Arrays.binarySearch(versions, version);
    int floor = index >= 0 ? index : -index - 2;
    return floor < 0 ? OptionalLong.empty() : OptionalLong.of(versions[floor]);
  }

  /** The oldest checkpoint that is not before {@code version}. */
  OptionalLong after(long version) {
    int index = Arrays.binarySearch(versions, version);
    int ceiling = index >= 0 ? index : -index - 1;
    return ceiling == versions.length ? OptionalLong.empty() : OptionalLong.of(versions[ceiling]);
  }

  /**
   * The forms in which the checkpoint of a version is there, each the names of its files; any of
   * them says it all.
   */
  List<List<String>> forms(long version) {
    List<List<String>> forms = new ArrayList<>(otherNames.getOrDefault(version, List.of()));
    if (Arrays.binarySearch(plain, version) >= 0) {
      forms.add(List.of(LogFile.checkpointName(version)));
    }
    return forms;
  }

  /** Collects the files of a listing, in any order. */
  static final class Builder {
    private final LongStream.Builder versions = LongStream.builder();
    private final Map<Long, List<List<String>>> otherNames = new HashMap<>();
    private final Map<LogFile.CheckpointFile, List<String>> parts = new HashMap<>();

    void add(String name, LogFile.CheckpointFile file) {
      if (name.equals(LogFile.checkpointName(file.version()))) {
        versions.add(file.version());
        return;
      }
      List<String> seen = parts.computeIfAbsent(file, key -> new ArrayList<>());
      seen.add(name);
      if (seen.size() == file.parts()) {
        otherNames
            .computeIfAbsent(file.version(), version -> new ArrayList<>())
            .add(List.copyOf(seen));
        parts.remove(file);
      }
    }

    LogCheckpoints build() {
      return new LogCheckpoints(versions.build().sorted().toArray(), otherNames);
    }
  }
}
