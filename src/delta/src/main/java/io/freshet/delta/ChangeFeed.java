package io.freshet.delta;

import io.freshet.changes.ChangeType;
import io.freshet.changes.SecretMap;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.SliceLimits;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * What is followed, and how.
 *
 * @param tableUri the Delta table, on any Hadoop file system
 * @param hadoopConf settings beyond those on the class path; never printed
 * @param ledger where progress is kept
 * @param columns the columns that each change carries, in this order; the key is among them
 * @param keyColumn the column that is the key: text, whole numbers or decimals of scale 0
 * @param keys what the key says of a row
 * @param orderColumn decides which of several rows of one key in one commit is the newest; if
 *     empty, their place does
 * @param eventTimeColumn a timestamp column that says when the event happened; may be empty
 * @param changeTypes the change types that count: of {@code INSERT}, {@code UPDATE_POSTIMAGE} and
 *     {@code DELETE}; without {@code DELETE} no key is ever deleted
 * @param untilVersion the last commit to hand out, or {@link #NO_END}
 * @param pollInterval how long to wait before looking for new commits again
 * @param limits how slices are cut and leased
 * @param maxSliceBytes bytes of data files of a slice at most, and of its rows in memory; a row
 *     more than that is a slice of its own
 * @param settings whatever else decides what is written for a change, for the fingerprint
 */
public record ChangeFeed(
    String tableUri,
    Map<String, String> hadoopConf,
    LedgerAddress ledger,
    List<String> columns,
    String keyColumn,
    Keys keys,
    String orderColumn,
    String eventTimeColumn,
    Set<ChangeType> changeTypes,
    long untilVersion,
    Duration pollInterval,
    SliceLimits limits,
    long maxSliceBytes,
    Map<String, String> settings)
    implements Serializable {

  /** {@link #untilVersion} of a feed without end. */
  public static final long NO_END = Long.MAX_VALUE;

  /**
   * The way in which changes of a slice are numbered; another way voids the outcomes of a slice in
   * flight.
   */
  private static final int NUMBERING = 3;

  public ChangeFeed {
    hadoopConf = SecretMap.copyOf(hadoopConf);
    columns = List.copyOf(columns);
    changeTypes = Set.copyOf(changeTypes);
    settings = Map.copyOf(settings);
  }

  /**
   * Names all that decides which changes a slice has, their numbers and what is written for them.
   */
  public String fingerprint() {
    String text =
        String.join(
            "\n",
            "numbering=" + NUMBERING,
            "columns=" + columns,
            "key=" + keyColumn,
            "keys=" + keys,
            "order=" + orderColumn,
            "types=" + new TreeSet<>(changeTypes),
            "settings=" + new TreeMap<>(settings));
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  /**
   * Whether rows of that type matter. The row before an update does where both updates and deletes
   * count: if the update took away the row's key, the key may have no row left.
   */
  boolean follows(ChangeType type) {
    return type == ChangeType.UPDATE_PREIMAGE
        ? changeTypes.contains(ChangeType.UPDATE_POSTIMAGE)
            && changeTypes.contains(ChangeType.DELETE)
        : changeTypes.contains(type);
  }

  /** No Hadoop settings: they may hold credentials. */
  @Override
  public String toString() {
    return "ChangeFeed[" + tableUri + ", ledger " + ledger + "]";
  }
}
