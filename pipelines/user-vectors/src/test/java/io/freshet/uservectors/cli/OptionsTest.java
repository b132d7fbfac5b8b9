package io.freshet.uservectors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.uservectors.NoRunner;
import io.freshet.uservectors.UserVectorsOptions;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OptionsTest {
  private static final String DEFAULTS =
      """
      adoptCollection=false
      batchSize=1000
      changeTypes=insert,update_postimage,delete
      collection=user_vectors
      confirmLoss=10s
      database=
      dimension=128
      embedding=hash
      eventTimeColumn=event_timestamp
      hadoopConf=[]
      hadoopConfFile=[]
      keyColumn=user_id
      keyField=null
      keys=events
      lease=30s
      ledger=/l
      maxDeadLetterRatio=0.5
      maxSliceBytes=128MB
      maxSliceRows=100000
      milvusTokenFile=null
      milvusUri=null
      onDelete=recheck
      onLostCollection=fail
      onLostHistory=fail
      orderColumn=null
      pollInterval=100ms
      pushgateway=null
      pushgatewayAuthFile=null
      settle=5s
      shards=4
      startingVersion=latest
      table=/t
      textTemplate={user_id} {event_type} {item_id}
      untilVersion=null
      vectorColumn=vector
      """;

  private static final String OTHERS =
      """
      adoptCollection=true
      batchSize=7
      changeTypes=insert
      collection=c
      confirmLoss=20s
      database=d
      dimension=16
      embedding=column
      eventTimeColumn=at
      hadoopConf=[fs.x, fs.y]
      hadoopConfFile=[]
      keyColumn=id
      keyField=key
      keys=unique
      lease=1m
      ledger=/ledger
      maxDeadLetterRatio=0.25
      maxSliceBytes=1GB
      maxSliceRows=10000000000
      milvusTokenFile=/token
      milvusUri=http://milvus:1
      onDelete=ignore
      onLostCollection=resync
      onLostHistory=resync
      orderColumn=nr
      pollInterval=250ms
      pushgateway=http://gateway:2
      pushgatewayAuthFile=/auth
      settle=10s
      shards=3
      startingVersion=snapshot
      table=/table
      textTemplate={id}: {name}
      untilVersion=12
      vectorColumn=embedding
      """;

  @Test
  void everyOptionHasItsDefault() {
    assertEquals(DEFAULTS, text(parse("--table=/t", "--ledger=/l")));
    assertEquals("freshet", parse("--table=/t", "--ledger=/l").getJobName());
  }

  @Test
  void everyOptionCanBeSet() {
    // Settings come one by one; the others as they are printed.
    String[] arguments =
        Stream.concat(
                OTHERS.lines().filter(line -> !line.startsWith("hadoopConf")),
                Stream.of("hadoopConf=fs.x=1", "hadoopConf=fs.y=a,b=c"))
            .map(line -> "--" + line)
            .toArray(String[]::new);
    assertEquals(OTHERS, text(parse(arguments)));
  }

  @Test
  void jobNameAndRunnerAreTaken() {
    UserVectorsOptions options =
        parse("--table=/t", "--ledger=/l", "--jobName=nightly", "--runner=NoRunner");
    assertEquals("nightly", options.getJobName());
    assertEquals(NoRunner.class, options.getRunner());
  }

  @ParameterizedTest
  @CsvSource({
    "--tabel=/t, tabel",
    "--batchSize=many, batchSize",
    "--dimension=1.5, dimension",
    "--shards=99999999999, shards",
    "--keys=all, keys",
    "--lease=5, lease",
    "--settle=-1s, settle",
    "--pollInterval=1d, pollInterval",
    "--maxSliceBytes=12, maxSliceBytes",
    "--runner=FlinkRunner, FlinkRunner",
    "table=/t, table=/t"
  })
  void badOptionIsRefusedByItsName(String option, String name) {
    FreshetException refusal = refusal("--table=/t", "--ledger=/l", option);
    assertTrue(refusal.getMessage().contains(name), refusal::getMessage);
  }

  @Test
  void tableAndLedgerAreRequired() {
    assertEquals("--table is required", refusal("--ledger=/l").getMessage());
    assertEquals("--table is required", refusal("--ledger=/l", "--table=").getMessage());
    assertEquals("--ledger is required", refusal("--table=/t").getMessage());
  }

  @Test
  void optionThatIsGivenTwiceIsNamed() {
    FreshetException refusal =
        refusal("--table=/t", "--ledger=/l", "--shards=2", "--keys=events", "--shards=3");
    assertTrue(refusal.getMessage().startsWith("--shards=2 and --shards=3: "), refusal::getMessage);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--hadoopConf=fs.s3a.secret.key=s3cr3t",
        "--hadoopconf=fs.s3a.secret.key=s3cr3t",
        "-hadoopConf=fs.s3a.secret.key=s3cr3t",
        "fs.s3a.secret.key=s3cr3t",
        "--milvusToken=s3cr3t",
        "--tabel=s3a://k:s3cr3t@lake",
        "s3a://k:s3cr3t@lake",
        "--shards=s3a://k:s3cr3t@lake",
        "--runner=s3a://k:s3cr3t@lake"
      })
  void secretIsNotRepeatedWhateverIsWrongWithItsOption(String option) {
    FreshetException refusal = refusal("--table=/t", "--ledger=/l", option);
    assertFalse(refusal.getMessage().contains("s3cr3t"), refusal::getMessage);
    refusal = refusal("--table=/t", "--ledger=/l", "--shards=1", option, "--shards=2", option);
    assertFalse(refusal.getMessage().contains("s3cr3t"), refusal::getMessage);
  }

  @Test
  void credentialsInAnAddressAreRefusedByTheOptionsName() {
    for (String address : List.of("s3a://key:s3cr3t@lake/t", "s3a://key:s/3cr3t@lake/t")) {
      for (String[] arguments :
          List.of(
              new String[] {"--table=" + address, "--ledger=/l"},
              new String[] {"--ledger=" + address, "--table=/l"})) {
        String said = refusal(arguments).getMessage();
        assertTrue(said.startsWith(arguments[0].split("=", 2)[0] + " holds credentials"), said);
        assertTrue(said.contains("--hadoopConfFile=FILE"), said);
        assertFalse(said.contains("cr3t"), said);
      }
    }
    parse("--table=abfss://container@lake.dfs.core.windows.net/t", "--ledger=/l");
  }

  @Test
  void settingsOfAFileAreOptionsThatBeamPrintsByName(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("conf"), "fs.s3a.secret.key=s3cr3t\n");
    UserVectorsOptions options =
        parse("--table=/t", "--ledger=/l", "--hadoopConfFile=" + file, "--hadoopConf=fs.x=1");
    assertEquals(
        Map.of("fs.s3a.secret.key", "s3cr3t", "fs.x", "1"), Map.copyOf(options.getHadoopConf()));
    assertEquals(List.of(file.toString()), options.getHadoopConfFile());
    String printed =
        options + " " + DisplayData.from(options) + new ObjectMapper().writeValueAsString(options);
    assertTrue(printed.contains("/t"), printed);
    assertFalse(printed.contains("s3cr3t"), printed);
  }

  private static FreshetException refusal(String... arguments) {
    FreshetException refusal = assertThrows(FreshetException.class, () -> parse(arguments));
    assertEquals(FailureCategory.OPTION, refusal.category());
    return refusal;
  }

  private static UserVectorsOptions parse(String... arguments) {
    return Options.parse(List.of(arguments), new UnusedRunner());
  }

  /** Every option, one a line: one that this test does not know fails it. */
  private static String text(UserVectorsOptions options) {
    Map<String, Object> values = new TreeMap<>();
    for (Method method : OptionsPage.getters()) {
      try {
        values.put(OptionsPage.name(method), method.invoke(options));
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("Cannot call a getter of the options", e);
      }
    }
    List<String> lines = new ArrayList<>();
    values.forEach((name, value) -> lines.add(name + "=" + value + "\n"));
    return String.join("", lines);
  }
}
