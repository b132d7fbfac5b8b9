package io.freshet.delta;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** What threads ask of the few that a JVM keeps. */
@Param(name = "key", gen = IntGen.class, conf = "1:3")
public final class RecentlyUsedOperations {
  private static final int MOST = 2;

  private final RecentlyUsed<Integer, String> kept = new RecentlyUsed<>(MOST);
  private int made;

  /** The one of that key, and the how manieth that was made. */
  @Operation
  public String get(@Param(name = "key") int key) {
    return kept.get(key, () -> key + " made as " + ++made);
  }

  @Operation
  public List<String> all() {
    return kept.all();
  }

  /** What they get one after the other. */
  public static final class OneByOne {
    private final List<Integer> keys = new ArrayList<>();
    private final List<String> values = new ArrayList<>();
    private int made;

    public String get(int key) {
      int at = keys.indexOf(key);
      String value = at < 0 ? key + " made as " + ++made : values.remove(at);
      if (at >= 0) {
        keys.remove(at);
      }
      keys.add(key);
      values.add(value);
      if (keys.size() > MOST) {
        keys.remove(0);
        values.remove(0);
      }
      return value;
    }

    public List<String> all() {
      return List.copyOf(values);
    }
  }
}
