package io.freshet.uservectors;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.DefaultValueFactory;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** Options of {@code freshet run}. {@code docs/options.md} is made from them. */
public interface UserVectorsOptions extends PipelineOptions {
  @Description("The Delta table to follow: a path or a URI of any Hadoop file system. Required.")
  String getTable();

  void setTable(String value);

  @Description(
      "The folder in which progress is kept: a path or a URI of any Hadoop file system. One ledger belongs to one table and"
          + " one collection; the pipeline goes on where its ledger stands. Required.")
  String getLedger();

  void setLedger(String value);

  @Description(
      "Milvus, as http://host:port or https://host:port. Without it, the environment's MILVUS_URI counts, then MILVUS_HOST"
          + " and MILVUS_PORT, then http://localhost:19530. Credentials come from MILVUS_TOKEN or --milvusTokenFile.")
  String getMilvusUri();

  void setMilvusUri(String value);

  @Description(
      "A file of the driver's machine with Milvus's token in its one line: user:password or an API key. Without it, the"
          + " environment's MILVUS_TOKEN counts.")
  String getMilvusTokenFile();

  void setMilvusTokenFile(String value);

  @Description("The Milvus database; empty for the server's default.")
  @Default.String("")
  String getDatabase();

  void setDatabase(String value);

  @Description("The Milvus collection; made if it is not there.")
  @Default.String("user_vectors")
  String getCollection();

  void setCollection(String value);

  @Description(
      "Write to a collection that was made elsewhere, if its fields fit. Such a collection is refused otherwise.")
  @Default.Boolean(false)
  boolean getAdoptCollection();

  void setAdoptCollection(boolean value);

  @Description(
      "The column that is the key: a string, a whole number, or a decimal without digits after the"
          + " point.")
  @Default.String("user_id")
  String getKeyColumn();

  void setKeyColumn(String value);

  @Description(
      "The name of the collection's primary key field; without it, that of the key column as the"
          + " table spells it. For columns whose names Milvus cannot have: it takes letters, digits"
          + " and _ only.")
  String getKeyField();

  void setKeyField(String value);

  @Description(
      "What the key is. events: many rows may have one key, the newest counts. unique: a key has one row.")
  @Default.Enum("events")
  Keys getKeys();

  void setKeys(Keys value);

  @Description("The number of components of a vector.")
  @Default.Integer(128)
  int getDimension();

  void setDimension(int value);

  @Description(
      "Where to begin if the ledger is empty: latest (what is committed from now on), snapshot (the table as it is, then what"
          + " follows), the number of a version, or a timestamp such as 2026-01-31T12:00:00Z (the first commit at or after it).")
  @Default.String("latest")
  String getStartingVersion();

  void setStartingVersion(String value);

  @Description(
      "The last version to write, then end: a number, or latest for the table's latest version at the start. Without it the"
          + " pipeline runs until it is stopped.")
  String getUntilVersion();

  void setUntilVersion(String value);

  @Description("The change types that count, separated by commas.")
  @Default.String("insert,update_postimage,delete")
  String getChangeTypes();

  void setChangeTypes(String value);

  @Description(
      "What becomes of a key when a row of it is deleted. recheck: with --keys=events the table is asked whether another row"
          + " of the key is left, and the key is deleted if there is none; with --keys=unique it is deleted at once. ignore: no key"
          + " is ever deleted.")
  @Default.Enum("recheck")
  OnDelete getOnDelete();

  void setOnDelete(OnDelete value);

  @Description(
      "Of several rows of one key in one commit, the one with the greatest value in this column is the newest. Without it the"
          + " last one is. Any column but one of binary, arrays, maps or structs.")
  String getOrderColumn();

  void setOrderColumn(String value);

  @Description(
      "A timestamp column that says when the event happened, for the latency metrics. A table without the default column, or"
          + " with one of binary, arrays, maps or structs, does without.")
  @Default.String(UserVectorsConfig.DEFAULT_EVENT_TIME_COLUMN)
  String getEventTimeColumn();

  void setEventTimeColumn(String value);

  @Description(
      "The model. hash: feature hashing of the row's text, deterministic. column: the table holds the vector. random: random"
          + " vectors, for load tests.")
  @Default.String("hash")
  String getEmbedding();

  void setEmbedding(String value);

  @Description("The text that is embedded; {column} stands for a column's value.")
  @Default.String("{user_id} {event_type} {item_id}")
  String getTextTemplate();

  void setTextTemplate(String value);

  @Description(
      "With --embedding=column: the column that holds the vector, array<float> or array<double>.")
  @Default.String("vector")
  String getVectorColumn();

  void setVectorColumn(String value);

  @Description(
      "The Pushgateway that metrics are pushed to, as http://host:port. Without it none are pushed. Credentials come from"
          + " PUSHGATEWAY_USER and PUSHGATEWAY_PASSWORD or --pushgatewayAuthFile.")
  String getPushgateway();

  void setPushgateway(String value);

  @Description(
      "A file of the driver's machine with user:password for the Pushgateway in its one line. Without it, the environment's"
          + " PUSHGATEWAY_USER and PUSHGATEWAY_PASSWORD count.")
  String getPushgatewayAuthFile();

  void setPushgatewayAuthFile(String value);

  @Description("How long to wait before looking for new commits again.")
  @Default.InstanceFactory(PollInterval.class)
  TimeSpan getPollInterval();

  void setPollInterval(TimeSpan value);

  @Description("Rows that are embedded and written together at most.")
  @Default.Integer(1000)
  int getBatchSize();

  void setBatchSize(int value);

  @Description(
      "Batches that are embedded and written at the same time at most; one on Milvus Lite.")
  @Default.Integer(4)
  int getShards();

  void setShards(int value);

  @Description(
      "Rows of a slice at most: the unit in which progress is made and what a crash can have written twice. Memory grows with"
          + " it. Where Milvus refuses all rows of one, up to 1,000 are tried together whatever this says.")
  @Default.Long(100_000)
  long getMaxSliceRows();

  void setMaxSliceRows(long value);

  @Description(
      "Bytes of data files that a slice reads at most, and what its rows weigh in memory (two bytes a character). The latter is"
          + " an eighth of the reader's heap at most. One row is read whatever it weighs.")
  @Default.InstanceFactory(MaxSliceBytes.class)
  ByteSize getMaxSliceBytes();

  void setMaxSliceBytes(ByteSize value);

  @Description(
      "How long a worker may write a slice before what is left of it is handed out again. Nothing is sent after it.")
  @Default.InstanceFactory(Lease.class)
  TimeSpan getLease();

  void setLease(TimeSpan value);

  @Description(
      "How long after the end of a lease a later slice begins: longer than bytes can be under way in the network, plus the"
          + " difference between two machines' clocks.")
  @Default.InstanceFactory(Settle.class)
  TimeSpan getSettle();

  void setSettle(TimeSpan value);

  @Description(
      "The part of the rows, from 0 to 1, that may be impossible to write: no usable key or vector, or refused by Milvus. Where"
          + " it is more of a slice (or of the last 1,000 rows since the start, if the slice is smaller), and at least 100 rows,"
          + " the slice is not recorded and the pipeline ends with status 1: no row is at fault then, but an option. So it does"
          + " where one of the first 10 rows that are ever read has a vector of another length. 1 leaves out whatever cannot be"
          + " written.")
  @Default.Double(0.5)
  double getMaxDeadLetterRatio();

  void setMaxDeadLetterRatio(double value);

  @Description(
      "What to do when changes that have not been read yet can no longer be read. fail: end with an error. resync: compare the"
          + " table's latest version with the collection, write and delete what differs, and go on from there.")
  @Default.Enum("fail")
  OnLoss getOnLostHistory();

  void setOnLostHistory(OnLoss value);

  @Description(
      "What to do when the collection is gone. fail: end with an error. resync: make it again, write the table's latest version,"
          + " and go on from there.")
  @Default.Enum("fail")
  OnLoss getOnLostCollection();

  void setOnLostCollection(OnLoss value);

  @Description(
      "How long the collection must be said to be gone, or changes to be unreadable, whenever and however that is looked at,"
          + " before it is believed. Workers of a running pipeline take 10 s.")
  @Default.InstanceFactory(ConfirmLoss.class)
  TimeSpan getConfirmLoss();

  void setConfirmLoss(TimeSpan value);

  @Description(
      "A setting of Hadoop for the table's and the ledger's file system, as --hadoopConf=KEY=VALUE; may be given often. Values"
          + " are never printed, and secrets are refused: they go into --hadoopConfFile.")
  @Default.InstanceFactory(NoSettings.class)
  @JsonIgnore
  Map<String, String> getHadoopConf();

  void setHadoopConf(Map<String, String> value);

  @Description(
      "A file of the driver's machine with settings of Hadoop, for secrets above all: XML as in core-site.xml, or properties"
          + " (KEY=VALUE, one a line). May be given often; a later file wins over one before, --hadoopConf over all.")
  @Default.InstanceFactory(NoFiles.class)
  List<String> getHadoopConfFile();

  void setHadoopConfFile(List<String> value);

  /** Default of {@link #getHadoopConf()}. */
  final class NoSettings implements DefaultValueFactory<Map<String, String>> {
    @Override
    public Map<String, String> create(PipelineOptions options) {
      return Map.of();
    }
  }

  /** Default of {@link #getHadoopConfFile()}. */
  final class NoFiles implements DefaultValueFactory<List<String>> {
    @Override
    public List<String> create(PipelineOptions options) {
      return List.of();
    }
  }

  /** What to do when something is lost that the pipeline needs to go on. */
  enum OnLoss {
    fail,
    resync
  }

  /** What a delete does. */
  enum OnDelete {
    recheck,
    ignore
  }

  /** What the key is. */
  enum Keys {
    events,
    unique
  }

  /** Default of {@link #getPollInterval()}. */
  final class PollInterval implements DefaultValueFactory<TimeSpan> {
    @Override
    public TimeSpan create(PipelineOptions options) {
      return TimeSpan.parse("100ms");
    }
  }

  /** Default of {@link #getMaxSliceBytes()}. */
  final class MaxSliceBytes implements DefaultValueFactory<ByteSize> {
    @Override
    public ByteSize create(PipelineOptions options) {
      return ByteSize.parse("128MB");
    }
  }

  /** Default of {@link #getLease()}. */
  final class Lease implements DefaultValueFactory<TimeSpan> {
    @Override
    public TimeSpan create(PipelineOptions options) {
      return TimeSpan.parse("30s");
    }
  }

  /** Default of {@link #getConfirmLoss()}. */
  final class ConfirmLoss implements DefaultValueFactory<TimeSpan> {
    @Override
    public TimeSpan create(PipelineOptions options) {
      return TimeSpan.parse("10s");
    }
  }

  /** Default of {@link #getSettle()}. */
  final class Settle implements DefaultValueFactory<TimeSpan> {
    @Override
    public TimeSpan create(PipelineOptions options) {
      return TimeSpan.parse("5s");
    }
  }
}
