package io.freshet.uservectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.ChangeType;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.delta.ChangeFeed;
import io.freshet.delta.Keys;
import io.freshet.delta.table.TableInfo;
import io.freshet.delta.table.TableSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UserVectorsConfigTest {
  private static final Schema COLUMNS =
      Schema.builder()
          .addStringField("event_id")
          .addStringField("user_id")
          .addStringField("item_id")
          .addStringField("event_type")
          .addDateTimeField("event_timestamp")
          .build();

  @Test
  void onlyTheColumnsThatAreNeededAreReadEachOnce() {
    assertEquals(List.of("user_id", "event_type", "item_id", "event_timestamp"), feed().columns());
    assertEquals(
        List.of("event_id", "item_id", "event_timestamp"),
        feed("--keyColumn=event_id", "--textTemplate={item_id} {event_id}").columns());
    assertEquals(
        List.of("user_id", "vector", "event_timestamp"), feed("--embedding=column").columns());
    assertEquals(
        List.of("user_id", "event_type", "item_id", "event_timestamp"),
        feed("--orderColumn=event_timestamp").columns());
    assertEquals("event_timestamp", feed("--orderColumn=event_timestamp").orderColumn());
    assertEquals("", feed().orderColumn());
  }

  @Test
  void tableWithoutTheDefaultEventTimeColumnDoesWithoutButAnAskedForOneIsKept() {
    Schema without = Schema.builder().addStringField("user_id").build();
    ChangeFeed feed = config(without, Map.of(), "--textTemplate={user_id}").feed();
    assertEquals("", feed.eventTimeColumn());
    assertEquals(List.of("user_id"), feed.columns());

    ChangeFeed asked =
        config(without, Map.of(), "--textTemplate={user_id}", "--eventTimeColumn=at").feed();
    assertEquals("at", asked.eventTimeColumn());
    assertEquals(List.of("user_id", "at"), asked.columns());
    assertEquals("event_timestamp", feed().eventTimeColumn());
  }

  @Test
  void defaultEventTimeColumnWithoutAnOrderIsLeftOutAndOneThatIsNamedIsNot() {
    Schema odd =
        Schema.builder()
            .addStringField("user_id")
            .addArrayField("Event_Timestamp", Schema.FieldType.INT64)
            .addByteArrayField("at")
            .build();
    ChangeFeed feed = config(odd, Map.of(), "--textTemplate={user_id}").feed();
    assertEquals("", feed.eventTimeColumn());
    assertEquals(List.of("user_id"), feed.columns());

    ChangeFeed named =
        config(odd, Map.of(), "--textTemplate={user_id}", "--eventTimeColumn=at").feed();
    assertEquals("at", named.eventTimeColumn(), "it is refused by its type");
  }

  @Test
  void columnsAreFoundAsDeltaFindsThemAndCalledAsTheTableCallsThem() {
    Schema mixed =
        Schema.builder()
            .addStringField("User_Id")
            .addStringField("naïve col")
            .addInt64Field("Nr")
            .addDateTimeField("Event_Timestamp")
            .build();
    UserVectorsConfig config =
        config(
            mixed,
            Map.of(),
            "--keyColumn=user_id",
            "--textTemplate={{{USER_ID}}} {NAÏVE COL}",
            "--orderColumn=NR");
    ChangeFeed feed = config.feed();
    assertEquals("User_Id", feed.keyColumn());
    assertEquals(List.of("User_Id", "naïve col", "Event_Timestamp", "Nr"), feed.columns());
    assertEquals("Event_Timestamp", feed.eventTimeColumn());
    assertEquals("Nr", feed.orderColumn());
    assertEquals("{{{User_Id}}} {naïve col}", config.embedding().textTemplate());
    assertEquals("User_Id", config.milvus().keyField());
    assertEquals(
        feed.fingerprint(),
        config(
                mixed,
                Map.of(),
                "--keyColumn=User_Id",
                "--textTemplate={{{User_Id}}} {naïve col}",
                "--orderColumn=Nr")
            .feed()
            .fingerprint());
    assertEquals(
        "Nr",
        config(mixed, Map.of(), "--keyColumn=NR", "--embedding=column", "--vectorColumn=nr")
            .embedding()
            .vectorColumn());
  }

  @Test
  void keyFieldIsNamedByItsOwnOption() {
    Schema columns = Schema.builder().addStringField("User-ID").build();
    String[] options = {"--keyColumn=User-ID", "--textTemplate={User-ID}"};
    FreshetException refused =
        assertThrows(FreshetException.class, () -> config(columns, Map.of(), options));
    assertEquals(FailureCategory.OPTION, refused.category());
    assertTrue(refused.getMessage().contains("--keyField"), refused.getMessage());
    UserVectorsConfig config =
        config(columns, Map.of(), options[0], options[1], "--keyField=user_id");
    assertEquals("user_id", config.milvus().keyField());
    assertEquals("User-ID", config.feed().keyColumn());
  }

  @Test
  void changeTypesAreNamedAsInTheFeed() {
    assertEquals(
        Set.of(ChangeType.INSERT, ChangeType.UPDATE_POSTIMAGE, ChangeType.DELETE),
        feed().changeTypes());
    assertEquals(
        Set.of(ChangeType.INSERT, ChangeType.DELETE),
        feed("--changeTypes= insert , delete").changeTypes());
  }

  @Test
  void deletesThatAreIgnoredAreNoChanges() {
    assertEquals(
        Set.of(ChangeType.INSERT, ChangeType.UPDATE_POSTIMAGE),
        feed("--onDelete=ignore").changeTypes());
    assertEquals(feed().changeTypes(), feed("--onDelete=recheck").changeTypes());
    assertNotEquals(feed().fingerprint(), feed("--onDelete=ignore").fingerprint());
  }

  @Test
  void keysSayWhetherTheyIdentifyARow() {
    assertEquals(Keys.EVENTS, feed().keys());
    assertEquals(Keys.UNIQUE, feed("--keys=unique").keys());
    assertNotEquals(feed().fingerprint(), feed("--keys=unique").fingerprint());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "upsert", "insert,", "INSERT", "insert;delete", "insert,update_preimage"})
  void otherChangeTypesAreRefused(String types) {
    refused("--changeTypes=" + types, "--changeTypes=" + types);
  }

  @Test
  void untilVersionIsANumberOrTheLatestOrNone() {
    assertEquals(ChangeFeed.NO_END, feed().untilVersion());
    assertEquals(7, feed("--untilVersion=latest").untilVersion());
    assertEquals(12, feed("--untilVersion=12").untilVersion());
    refused("--untilVersion=soon", "--untilVersion=soon");
    refused("--untilVersion=", "--untilVersion=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--batchSize=0",
        "--batchSize=-1",
        "--shards=0",
        "--maxSliceRows=0",
        "--maxSliceBytes=0B",
        "--dimension=0",
        "--maxDeadLetterRatio=-0.1",
        "--maxDeadLetterRatio=1.01",
        "--maxDeadLetterRatio=NaN",
        "--lease=0s",
        "--pollInterval=0ms"
      })
  void numbersThatMakeNoSenseAreRefusedByTheirOption(String option) {
    refused(option, option.substring(0, option.indexOf('=')));
  }

  @Test
  void unknownModelsAndBrokenTemplatesAreRefused() {
    refused("--embedding=bert", "--embedding", "bert");
    refused("--textTemplate={user_id", "--textTemplate");
    refused("--pushgateway=ftp://x:1", "--pushgateway");
    refused("--milvusUri=localhost:19530", "http");
  }

  @Test
  void limitsAreThoseOfTheOptions() {
    ChangeFeed feed =
        feed(
            "--maxSliceRows=9",
            "--maxSliceBytes=2MB",
            "--lease=7s",
            "--settle=3s",
            "--maxDeadLetterRatio=0.1");
    assertEquals(9, feed.limits().maxRows());
    assertEquals(2 << 20, feed.maxSliceBytes());
    assertEquals(Duration.ofSeconds(7), feed.limits().lease());
    assertEquals(Duration.ofSeconds(3), feed.limits().settle());
    assertEquals(0.1, feed.limits().maxRejects());
  }

  @Test
  void whateverDecidesWhatIsWrittenIsInTheFingerprintAndNothingElse() {
    String fingerprint = feed().fingerprint();
    for (String option :
        new String[] {
          "--dimension=64",
          "--textTemplate={user_id}",
          "--embedding=random",
          "--keyColumn=event_id",
          "--orderColumn=event_id",
          "--changeTypes=insert",
          "--keys=unique"
        }) {
      assertNotEquals(fingerprint, feed(option).fingerprint(), option);
    }
    for (String option :
        new String[] {
          "--batchSize=7", "--shards=9", "--maxSliceRows=5", "--lease=9s", "--untilVersion=3"
        }) {
      assertEquals(fingerprint, feed(option).fingerprint(), option);
    }
  }

  @Test
  void tokenComesFromTheEnvironmentAndIsNeverShown() {
    UserVectorsConfig config = config(COLUMNS, Map.of("MILVUS_TOKEN", "root:secret"));
    assertEquals("root:secret", config.milvus().token());
    assertFalse(config.toString().contains("secret"), config::toString);
  }

  @Test
  void tokenComesFromAFileBeforeTheEnvironment(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "root:s3cr3t\n");
    UserVectorsConfig config =
        config(COLUMNS, Map.of("MILVUS_TOKEN", "root:other"), "--milvusTokenFile=" + file);
    assertEquals("root:s3cr3t", config.milvus().token());
    assertFalse(config.toString().contains("s3cr3t"), config::toString);
  }

  @Test
  void pushgatewayPasswordComesFromTheEnvironmentOrAFileAndIsNeverShown(@TempDir Path folder)
      throws IOException {
    Map<String, String> environment =
        Map.of("PUSHGATEWAY_USER", "me", "PUSHGATEWAY_PASSWORD", "s3cr3t");
    UserVectorsConfig config = config(COLUMNS, environment, "--pushgateway=http://gateway:9091");
    assertEquals("me:s3cr3t", config.reporting().credentials());
    assertFalse(config.toString().contains("s3cr3t"), config::toString);

    Path file = Files.writeString(folder.resolve("auth"), "you:s3c:r3t\n");
    Reporting reporting =
        config(COLUMNS, environment, "--pushgateway=g:1", "--pushgatewayAuthFile=" + file)
            .reporting();
    assertEquals("you:s3c:r3t", reporting.credentials());
    assertEquals("", config(COLUMNS, Map.of()).reporting().credentials());
  }

  @Test
  void noSecretIsWrittenWithWhatIsSerialized() {
    UserVectorsOptions options =
        PipelineOptionsFactory.fromArgs("--pushgateway=g:1").as(UserVectorsOptions.class);
    options.setHadoopConf(Map.of("fs.s3a.secret.key", "s3cr3t"));
    UserVectorsConfig config =
        config(
            COLUMNS,
            Map.of(
                "MILVUS_TOKEN",
                "root:s3cr3t",
                "PUSHGATEWAY_USER",
                "me",
                "PUSHGATEWAY_PASSWORD",
                "s3cr3t"),
            options);
    byte[] written = SerializableUtils.serializeToByteArray(config);
    assertFalse(new String(written, StandardCharsets.ISO_8859_1).contains("s3cr3t"));
    UserVectorsConfig read = SerializableUtils.clone(config);
    assertEquals(config, read);
    assertEquals("s3cr3t", read.feed().ledger().hadoopConf().get("fs.s3a.secret.key"));
    assertEquals("s3cr3t", read.feed().hadoopConf().get("fs.s3a.secret.key"));
    assertEquals("root:s3cr3t", read.milvus().token());
    assertEquals("me:s3cr3t", read.reporting().credentials());
  }

  @Test
  void halfOrMoreThanCredentialsAreRefusedWithoutShowingThem(@TempDir Path folder)
      throws IOException {
    for (String text : List.of("s3cr3t", ":s3cr3t", "me:s3cr3t\nyou:s3cr3t", "", "\n")) {
      Path file = Files.writeString(folder.resolve("auth"), text);
      refused("--pushgatewayAuthFile=" + file, "--pushgatewayAuthFile=" + file, "one line");
    }
    Path file = Files.writeString(folder.resolve("token"), "a\nb");
    refused("--milvusTokenFile=" + file, "--milvusTokenFile=" + file, "one line");
    refused("--milvusTokenFile=/no/such", "--milvusTokenFile=/no/such");
    refused("--milvusTokenFile=root:s3cr3t", "--milvusTokenFile=...");
    for (String one : List.of("PUSHGATEWAY_USER", "PUSHGATEWAY_PASSWORD")) {
      FreshetException refusal =
          assertThrows(FreshetException.class, () -> config(COLUMNS, Map.of(one, "s3cr3t")));
      assertTrue(refusal.getMessage().contains("PUSHGATEWAY_USER"), refusal::getMessage);
      assertFalse(refusal.getMessage().contains("s3cr3t"), refusal::getMessage);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--pushgateway=http://me:s3cr3t@gateway:9091",
        "--pushgateway=me:s3cr3t@gateway:9091",
        "--pushgateway=http://me:s3/cr3t@gateway",
        "--pushgateway=http://s3cr3t@gateway",
        "--milvusUri=http://root:s3cr3t@milvus:19530",
        "--milvusUri=http://root:s3/cr3t@milvus:19530"
      })
  void addressWithCredentialsIsRefusedWithoutShowingThem(String option) {
    FreshetException refusal = assertThrows(FreshetException.class, () -> feed(option));
    assertEquals(FailureCategory.OPTION, refusal.category());
    assertFalse(refusal.getMessage().contains("cr3t"), refusal::getMessage);
  }

  @Test
  void collectionIsThatOfTheOptions() {
    UserVectorsConfig config =
        config(
            COLUMNS,
            Map.of("MILVUS_HOST", "milvus"),
            "--collection=c",
            "--database=d",
            "--dimension=4",
            "--keyColumn=event_id");
    assertEquals("http://milvus:19530", config.milvus().uri());
    assertEquals("c", config.milvus().collection());
    assertEquals("d", config.milvus().database());
    assertEquals(4, config.milvus().dimension());
    assertEquals("event_id", config.milvus().keyField());
    assertEquals(256, config.milvus().maxKeyBytes());
    assertEquals("ledger-id", config.milvus().ledgerId());
  }

  private static void refused(String option, String... parts) {
    FreshetException refusal = assertThrows(FreshetException.class, () -> feed(option));
    assertEquals(FailureCategory.OPTION, refusal.category());
    for (String part : parts) {
      assertTrue(refusal.getMessage().contains(part), refusal::getMessage);
      assertFalse(refusal.getMessage().contains("s3cr3t"), refusal::getMessage);
    }
  }

  private static ChangeFeed feed(String... options) {
    return config(COLUMNS, Map.of(), options).feed();
  }

  private static UserVectorsConfig config(
      Schema columns, Map<String, String> environment, String... options) {
    return config(
        columns,
        environment,
        PipelineOptionsFactory.fromArgs(options).as(UserVectorsOptions.class));
  }

  private static UserVectorsConfig config(
      Schema columns, Map<String, String> environment, UserVectorsOptions parsed) {
    parsed.setTable("/t");
    parsed.setLedger("/l");
    parsed.setRunner(NoRunner.class);
    TableInfo table =
        new TableInfo("id", "file:/t", 7, new TableSchema(columns, Map.of()), List.of(), true);
    return UserVectorsConfig.of(parsed, environment, table, "ledger-id");
  }
}
