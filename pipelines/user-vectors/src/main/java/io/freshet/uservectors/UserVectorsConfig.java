package io.freshet.uservectors;

import io.freshet.changes.ChangeType;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.VectorOrigin;
import io.freshet.delta.ChangeFeed;
import io.freshet.delta.Keys;
import io.freshet.delta.RowOrder;
import io.freshet.delta.table.TableInfo;
import io.freshet.embedding.EmbeddingSpec;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.SliceLimits;
import io.freshet.milvus.MilvusTarget;
import java.io.Serializable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.beam.sdk.schemas.Schema;

/**
 * The options, checked against the table.
 *
 * @param feed what is read
 * @param embedding what vectors are made of
 * @param milvus where they are written
 * @param batchSize rows of a batch at most
 * @param shards batches at the same time at most
 * @param reporting where metrics are pushed
 */
public record UserVectorsConfig(
    ChangeFeed feed,
    EmbeddingSpec embedding,
    MilvusTarget milvus,
    int batchSize,
    int shards,
    Reporting reporting)
    implements Serializable {
  static final String DEFAULT_EVENT_TIME_COLUMN = "event_timestamp";
  static final int MAX_KEY_BYTES = 256;

  /**
   * Checks the options.
   *
   * @param table the table at its latest version
   * @param ledgerId the ledger's id
   * @throws FreshetException {@link FailureCategory#OPTION} or {@link FailureCategory#SCHEMA},
   *     naming the option
   */
  public static UserVectorsConfig of(
      UserVectorsOptions options,
      Map<String, String> environment,
      TableInfo table,
      String ledgerId) {
    atLeastOne("batchSize", options.getBatchSize());
    atLeastOne("shards", options.getShards());
    atLeastOne("maxSliceRows", options.getMaxSliceRows());
    atLeastOne("maxSliceBytes", options.getMaxSliceBytes().bytes());
    atLeastOne("dimension", options.getDimension());
    atLeastOne("lease", options.getLease().duration().toMillis());
    double rejects = options.getMaxDeadLetterRatio();
    if (!(rejects >= 0 && rejects <= 1)) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "--maxDeadLetterRatio=" + rejects + " is no part of all rows; it goes from 0 to 1");
    }
    atLeastOne("pollInterval", options.getPollInterval().duration().toMillis());
    EmbeddingSpec embedding =
        new EmbeddingSpec(
                options.getEmbedding(),
                options.getDimension(),
                options.getTextTemplate(),
                options.getVectorColumn())
            .withColumns(table.schema()::spelled);
    return new UserVectorsConfig(
        feed(options, table, embedding),
        embedding,
        milvus(options, environment, table, ledgerId),
        options.getBatchSize(),
        options.getShards(),
        Reporting.of(options, environment));
  }

  /** What the vectors are made by: of the columns that {@code table} has. */
  public VectorOrigin vectorOrigin(TableInfo table) {
    return embedding.origin(column -> table.schema().identity(column).orElse(column));
  }

  /** The same with another target. */
  public UserVectorsConfig with(MilvusTarget target) {
    return new UserVectorsConfig(feed, embedding, target, batchSize, shards, reporting);
  }

  /** Where Milvus is and what the collection must look like. */
  private static MilvusTarget milvus(
      UserVectorsOptions options,
      Map<String, String> environment,
      TableInfo table,
      String ledgerId) {
    return MilvusTarget.of(
            MilvusAddress.resolve(Optional.ofNullable(options.getMilvusUri()), environment),
            options.getCollection(),
            options.getDimension(),
            ledgerId)
        .withKeyField(keyField(options, table), MAX_KEY_BYTES)
        .withDatabase(options.getDatabase())
        .withToken(
            Credentials.milvusToken(
                Optional.ofNullable(options.getMilvusTokenFile()), environment));
  }

  /** By default as the column is called. */
  private static String keyField(UserVectorsOptions options, TableInfo table) {
    return Optional.ofNullable(options.getKeyField())
        .orElseGet(() -> table.schema().spelled(options.getKeyColumn()));
  }

  private static ChangeFeed feed(
      UserVectorsOptions options, TableInfo table, EmbeddingSpec embedding) {
    Optional<String> eventTime = eventTimeColumn(options, table);
    Optional<String> order =
        Optional.ofNullable(options.getOrderColumn()).map(table.schema()::spelled);
    String key = table.schema().spelled(options.getKeyColumn());
    Set<String> columns = new LinkedHashSet<>();
    columns.add(key);
    columns.addAll(embedding.columns());
    eventTime.ifPresent(columns::add);
    order.ifPresent(columns::add);
    Map<String, String> settings = new TreeMap<>();
    settings.put("model", embedding.fingerprint());
    return new ChangeFeed(
        options.getTable(),
        options.getHadoopConf(),
        new LedgerAddress(options.getLedger(), options.getHadoopConf()),
        List.copyOf(columns),
        key,
        Keys.valueOf(options.getKeys().name().toUpperCase(Locale.ROOT)),
        order.orElse(""),
        eventTime.orElse(""),
        changeTypes(options.getChangeTypes(), options.getOnDelete()),
        untilVersion(options.getUntilVersion(), table),
        options.getPollInterval().duration(),
        new SliceLimits(
            options.getMaxSliceRows(),
            options.getLease().duration(),
            options.getSettle().duration(),
            options.getMaxDeadLetterRatio()),
        options.getMaxSliceBytes().bytes(),
        settings);
  }

  /** A table may have a column of the default name that has nothing to do with time. */
  private static Optional<String> eventTimeColumn(UserVectorsOptions options, TableInfo table) {
    String column = table.schema().spelled(options.getEventTimeColumn());
    Schema columns = table.schema().schema();
    boolean fits =
        columns.hasField(column) && RowOrder.hasOrder(columns.getField(column).getType());
    return fits || !column.equalsIgnoreCase(DEFAULT_EVENT_TIME_COLUMN)
        ? Optional.of(column)
        : Optional.empty();
  }

  private static Set<ChangeType> changeTypes(String option, UserVectorsOptions.OnDelete onDelete) {
    Set<ChangeType> types = new TreeSet<>();
    for (String name : option.split(",", -1)) {
      try {
        types.add(ChangeType.ofDeltaName(name.strip()));
      } catch (IllegalArgumentException e) {
        throw new FreshetException(
            FailureCategory.OPTION,
            "--changeTypes="
                + option
                + ": '"
                + name
                + "' is none of insert, update_postimage, delete",
            e);
      }
    }
    if (types.remove(ChangeType.UPDATE_PREIMAGE)) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "--changeTypes="
              + option
              + ": update_preimage is the row as it was before the update; leave it out");
    }
    if (onDelete == UserVectorsOptions.OnDelete.ignore) {
      types.remove(ChangeType.DELETE);
    }
    return types;
  }

  private static long untilVersion(String option, TableInfo table) {
    if (option == null) {
      return ChangeFeed.NO_END;
    }
    if (option.equals("latest")) {
      return table.version();
    }
    try {
      return Long.parseLong(option);
    } catch (NumberFormatException e) {
      throw new FreshetException(
          FailureCategory.OPTION,
          "--untilVersion=" + option + " is neither latest nor a version number",
          e);
    }
  }

  private static void atLeastOne(String option, long value) {
    if (value < 1) {
      throw new FreshetException(FailureCategory.OPTION, "--" + option + " must be more than 0");
    }
  }
}
