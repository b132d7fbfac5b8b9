package io.freshet.ledger;

import io.freshet.ledger.Names.TableName;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is kept of the table beside the done records, so that a start need not read its log from the
 * beginning. Nothing depends on it: whoever finds none that is whole and right reads the log. So it
 * matters neither who writes nor how many do, nor where they are killed.
 */
public final class KeptTables {
  /** The one before the last may be the last that is not too new. */
  private static final int KEPT = 2;

  private final Ledger ledger;

  KeptTables(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * The newest that {@code decoder} takes, of a version that is not after {@code atMost}.
   *
   * @param decoder gives nothing for what is not of use; then the one before is tried
   */
  public <T> Optional<T> newest(long atMost, Function<byte[], Optional<T>> decoder) {
    return ledger.view().tables().descendingSet().stream()
        .filter(name -> name.version() <= atMost)
        .flatMap(name -> ledger.store().readBytes(name.file()).stream())
        .flatMap(content -> decoder.apply(content).stream())
        .findFirst();
  }

  /** Lets go of all: the log says something else now. */
  public void drop() {
    ledger.store().delete(ledger.view().tables().stream().map(TableName::file).toList());
  }

  /** Keeps what is known at {@code version}, and lets go of what is older but for one. */
  public void keep(long version, byte[] content) {
    TableName written = TableName.create(version);
    ledger.store().writeBytes(written.file(), content);
    List<String> old =
        ledger.view().tables().headSet(written, true).descendingSet().stream()
            .skip(KEPT)
            .map(TableName::file)
            .toList();
    ledger.store().delete(old);
  }
}
