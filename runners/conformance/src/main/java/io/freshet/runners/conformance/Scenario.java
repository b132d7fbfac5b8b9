package io.freshet.runners.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.freshet.ledger.Ledger;
import io.freshet.ledger.LedgerAddress;
import io.freshet.ledger.LedgerStatus;
import io.freshet.testing.S3Server;
import io.freshet.uservectors.cli.Cli;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** One table, its ledger and its collection, and the processes that worked on them. */
public final class Scenario implements AutoCloseable {
  /** What {@code differences} of the oracle says of a collection that is as it must be. */
  private static final String NONE =
      "{\"missing\":[],\"extra\":[],\"twice\":0,\"version\":[],\"hash\":[],\"vector\":[]}";

  private final Path folder;
  private final Oracle oracle;
  private final Starter starter;
  private final List<FreshetProcess> processes = new ArrayList<>();
  private String milvusUri;
  private String root;
  private Map<String, String> hadoopConf = Map.of();
  private String ledger = "ledger";

  Scenario(Path folder, Oracle oracle, String milvusUri, Starter starter) {
    this.folder = folder;
    this.root = folder.toString();
    this.oracle = oracle;
    this.starter = starter;
    this.milvusUri = milvusUri;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With another Milvus. */
  public Scenario at(String uri) {
    milvusUri = uri;
    return this;
  }

  /** With table and ledger in a bucket. */
  public Scenario in(S3Server server, String bucket) {
    root = "s3a://" + bucket + "/" + folder.getFileName();
    hadoopConf = server.hadoopConf();
    oracle.ask(
        "import os; os.environ.update(environment); None",
        Map.of("environment", server.environment()));
    return this;
  }

  /** With other settings of Hadoop. */
  public Scenario with(Map<String, String> settings) {
    hadoopConf = settings;
    return this;
  }

  /** With another ledger, by its name. */
  public Scenario withLedger(String name) {
    ledger = name;
    return this;
  }

  public Path table() {
    return folder.resolve("table");
  }

  public Path ledger() {
    return folder.resolve(ledger);
  }

  public String collection() {
    return folder.getFileName().toString();
  }

  /** Python with {@code table}, {@code uri} and {@code collection}; see {@code oracle.py}. */
  public JsonNode ask(String code) {
    return ask(code, Map.of());
  }

  /** Python with further variables. */
  public JsonNode ask(String code, Map<String, ?> names) {
    Map<String, Object> all = new HashMap<>(names);
    all.put("table", root + "/table");
    all.put("uri", milvusUri);
    all.put("collection", collection());
    return oracle.ask(code, all);
  }

  /** Starts the pipeline. Options given here win over those of the scenario. */
  public FreshetProcess start(String... options) {
    return startWith(starter, options);
  }

  /** Starts it with another runner, or from another place. */
  public FreshetProcess startWith(Starter other, String... options) {
    return startCommand(other, arguments(other, "run", options));
  }

  /** Starts a command with the options of {@code run}, such as {@code verify}. */
  public FreshetProcess startWithAll(Starter other, String command) {
    return startCommand(other, arguments(other, command));
  }

  /** Starts a command with these arguments alone. */
  public FreshetProcess startCommand(Starter other, List<String> arguments) {
    List<String> command = new ArrayList<>(other.command());
    command.addAll(arguments);
    FreshetProcess process =
        FreshetProcess.start(folder.resolve("run" + processes.size() + ".log"), command);
    processes.add(process);
    return process;
  }

  /** Starts it and waits until it follows the table. */
  public FreshetProcess follow(String... options) {
    return start(options).awaitOutput("freshet: following");
  }

  /** Runs it up to the table's latest version. */
  public FreshetProcess drain(String... options) {
    List<String> all = new ArrayList<>(List.of("--untilVersion=latest"));
    all.addAll(List.of(options));
    return start(all.toArray(new String[0])).expectExit(0);
  }

  /** Runs it in this JVM, for what is refused before anything has begun; returns what it says. */
  public String refusal(String... options) {
    return said(1, options);
  }

  /** Runs it in this JVM until it ends with that status; returns what it says. */
  public String said(int expected, String... options) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(err, true, StandardCharsets.UTF_8);
    int status =
        new Cli(starter.runner(), print, print).run(arguments(starter, "run", options), Map.of());
    String said = err.toString(StandardCharsets.UTF_8);
    assertEquals(expected, status, said);
    return said;
  }

  /** What a command said, and its exit status. */
  public record Said(int status, String out, String err) {
    public void expectLine(String start) {
      assertTrue(out.lines().anyMatch(line -> line.startsWith(start)), () -> start + " in " + out);
    }

    public void expectLast(String line) {
      assertEquals(line, out.lines().reduce("", (before, next) -> next));
    }
  }

  /** Runs {@code verify} in this JVM. */
  public Said verify(String... options) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        new Cli(
                starter.runner(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8))
            .run(arguments(starter, "verify", options), Map.of());
    return new Said(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private List<String> arguments(Starter with, String command, String... options) {
    Map<String, String> all = new TreeMap<>();
    all.put("--runner", with.runner().name());
    all.put("--table", root + "/table");
    all.put("--ledger", root + "/" + ledger);
    all.put("--milvusUri", milvusUri);
    all.put("--collection", collection());
    all.put("--settle", "1s");
    all.put("--confirmLoss", "1s");
    with.options().forEach((name, value) -> all.put("--" + name, value));
    for (String option : options) {
      String[] parts = option.split("=", 2);
      all.put(parts[0], parts[1]);
    }
    List<String> arguments = new ArrayList<>(List.of(command));
    all.forEach((name, value) -> arguments.add(name + "=" + value));
    arguments.addAll(settings());
    return arguments;
  }

  /** The credentials in a file, as they must be. */
  private List<String> settings() {
    List<String> arguments = new ArrayList<>();
    Properties credentials = new Properties();
    hadoopConf.forEach(
        (name, value) -> {
          if (name.endsWith(".key")) {
            credentials.setProperty(name, value);
          } else {
            arguments.add("--hadoopConf=" + name + "=" + value);
          }
        });
    if (!credentials.isEmpty()) {
      Path file = folder.resolve("credentials");
      try (Writer writer = Files.newBufferedWriter(file)) {
        credentials.store(writer, null);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      arguments.add("--hadoopConfFile=" + file);
    }
    return arguments;
  }

  /** What {@code freshet status} prints, by the names of its lines. */
  public Map<String, String> status() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    List<String> arguments = new ArrayList<>(List.of("status", "--ledger=" + root + "/" + ledger));
    arguments.addAll(settings());
    int status = new Cli(starter.runner(), print, print).run(arguments, Map.of());
    String printed = out.toString(StandardCharsets.UTF_8);
    assertEquals(0, status, printed);
    Map<String, String> lines = new HashMap<>();
    printed
        .lines()
        .forEach(line -> lines.put(line.substring(0, 16).strip(), line.substring(17).strip()));
    return lines;
  }

  /** A number that {@code freshet status} prints; 0 if it does not print that line. */
  public long counted(String line) {
    return Long.parseLong(status().getOrDefault(line, "0").replace(",", ""));
  }

  private LedgerStatus progress() {
    return Ledger.at(new LedgerAddress(root + "/" + ledger, hadoopConf)).status();
  }

  /** Whether this version and all before it are done. */
  public boolean isDone(long version) {
    return progress().cursor().map(at -> at.position().version() > version).orElse(false);
  }

  /** Slices done. */
  public long slices() {
    return progress().slices();
  }

  /** Attempts at the slice in flight; 0 if there is none. */
  public int attempts() {
    return progress().inFlight().map(LedgerStatus.InFlight::attempts).orElse(0);
  }

  /** Whether a worker has a slice in hand. */
  public boolean isWriting() {
    return progress().inFlight().map(LedgerStatus.InFlight::claimed).orElse(false);
  }

  /** How many rows the collection has; -1 if it is not there. */
  public long rows() {
    return ask("count(uri, collection)").asLong();
  }

  /**
   * The collection must be as the table says: {@code which} are further arguments of the oracle's
   * {@code differences}.
   */
  public void expectCollectionAsTable(String which) {
    assertEquals(NONE, ask("differences(uri, collection, table, " + which + ")").toString());
  }

  /** The same for a table whose rows were updated and deleted, by the rows that it has now. */
  public void expectCollectionAsTableNow() {
    assertEquals(NONE, ask("differences_now(uri, collection, table)").toString());
  }

  /** The same by the latest row of each user, for a table that has lost its history. */
  public void expectCollectionAsLatestRows() {
    assertEquals(NONE, ask("differences_latest(uri, collection, table)").toString());
  }

  /** Every row of the feed must have one outcome. */
  public void expectRowsCounted(long rows) {
    assertEquals(rows, counted("rows"));
    assertEquals(rows, counted("success") + counted("deleted") + counted("skipped"));
  }

  @Override
  public void close() {
    processes.forEach(FreshetProcess::close);
  }
}
