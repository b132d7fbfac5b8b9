package io.freshet.changes;

import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Settings that may hold secrets. An object that has them can be serialized, and they are not
 * written with it: runners store what they serialize, Spark in its checkpoint folder for one. In
 * their place goes a reference, which their own JVM can follow, and a worker's by the {@link
 * Carrier} of the runner. Only names are printed.
 */
public final class SecretMap extends AbstractMap<String, String> implements Serializable {
  private static final Object LOCK = new Object();
  private static final Map<String, SecretMap> BY_ID = new HashMap<>();
  private static final Map<Map<String, String>, SecretMap> BY_VALUES = new HashMap<>();

  /** Kept as long as references with them may be read. */
  private static final Map<String, Carrier> CARRIERS = new HashMap<>();

  private static Function<Map<String, String>, Carrier> making = unused -> new Nowhere();

  private final transient String id;
  private final transient Map<String, String> values;

  private SecretMap(String id, Map<String, String> values) {
    this.id = id;
    this.values = Map.copyOf(values);
  }

  /** How a worker gets settings from the driver: by memory and network alone. */
  @FunctionalInterface
  public interface Carrier extends Serializable {
    Map<String, String> values();
  }

  /** The same settings, as a {@code SecretMap} if there are any. */
  public static Map<String, String> copyOf(Map<String, String> values) {
    if (values.isEmpty()) {
      return Map.of();
    }
    return values instanceof SecretMap ? values : known(UUID.randomUUID().toString(), values);
  }

  /**
   * Says how workers get what is serialized in this JVM from now on. What was serialized before is
   * read no more.
   *
   * @param newMaking from settings the way to them
   */
  public static void carryBy(Function<Map<String, String>, Carrier> newMaking) {
    synchronized (LOCK) {
      CARRIERS.clear();
      making = newMaking;
    }
  }

  private static SecretMap known(String newId, Map<String, String> values) {
    synchronized (LOCK) {
      SecretMap known =
          BY_VALUES.computeIfAbsent(Map.copyOf(values), same -> new SecretMap(newId, same));
      // A driver's other id for the same is one of its process before this one.
      BY_ID.putIfAbsent(newId, known);
      return known;
    }
  }

  @Override
  public Set<Entry<String, String>> entrySet() {
    return values.entrySet();
  }

  @Override
  public String get(Object name) {
    return values.get(name);
  }

  @Override
  public String toString() {
    return keySet().toString();
  }

  private Object writeReplace() {
    synchronized (LOCK) {
      return new Reference(
          id, CARRIERS.computeIfAbsent(id, unused -> making.apply(new HashMap<>(values))));
    }
  }

  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("Only references are written");
  }

  /** Of a runner that has one process only, or has not said yet how to reach the others. */
  private record Nowhere() implements Carrier {
    @Override
    public Map<String, String> values() {
      throw new IllegalStateException(
          "The driver's settings are not known in this process, and its runner does not hand them on");
    }
  }

  /** What is written. */
  private record Reference(String id, Carrier carrier) implements Serializable {
    private Object readResolve() {
      synchronized (LOCK) {
        SecretMap here = BY_ID.get(id);
        if (here != null) {
          return here;
        }
      }
      return known(id, carrier.values()); // Not under the lock: it may ask the driver.
    }
  }
}
