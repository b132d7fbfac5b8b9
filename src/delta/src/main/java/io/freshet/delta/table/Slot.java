package io.freshet.delta.table;

/** Where a converter puts the value that it has made. */
@FunctionalInterface
interface Slot {
  void set(Object value);
}
