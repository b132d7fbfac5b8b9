package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What cannot work ends with status 1 and a message that names the fact and the offender. */
final class RefusalsIT {
  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  @Test
  void tableThatIsNotThere() {
    Scenario scenario = BENCH.scenario();
    scenario.start().expectError("table_not_found", scenario.table().toString());
  }

  @Test
  void folderThatIsNoDeltaTable() throws IOException {
    Scenario scenario = BENCH.scenario();
    Files.createDirectories(scenario.table());
    Files.writeString(scenario.table().resolve("a.txt"), "a");
    FreshetProcess.requireError(scenario.refusal(), "table_not_found", scenario.table().toString());
  }

  @Test
  void unknownOption() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=1, rows=1, users=1)");
    FreshetProcess.requireError(scenario.refusal("--startVersion=0"), "option", "startVersion");
    FreshetProcess.requireError(scenario.refusal("--lease=soon"), "option", "soon");
    FreshetProcess.requireError(
        scenario.refusal("--startingVersion=soon"), "option", "--startingVersion=soon");
    FreshetProcess.requireError(
        scenario.refusal("--startingVersion=9"), "option", "--startingVersion=9");
    assertFalse(Files.exists(scenario.ledger()), "The ledger was touched");
    assertEquals(-1, scenario.rows(), "The collection was made");
  }

  @Test
  void columnsThatTheTableLacks() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=1, rows=1, users=1)");
    FreshetProcess.requireError(scenario.refusal("--keyColumn=id"), "schema", "'id'", "user_id");
    FreshetProcess.requireError(
        scenario.refusal("--textTemplate={user_id} {price}"), "schema", "'price'");
    FreshetProcess.requireError(scenario.refusal("--eventTimeColumn=at"), "schema", "'at'");
    FreshetProcess.requireError(scenario.refusal("--orderColumn=nr"), "schema", "'nr'");
    FreshetProcess.requireError(scenario.refusal("--embedding=column"), "schema", "'vector'");
  }

  @Test
  void columnsOfTypesThatCannotBeUsed() {
    Scenario scenario = BENCH.scenario();
    scenario.ask(
        """
        schema = pa.schema([("user_id", pa.string()), ("tags", pa.list_(pa.string())), ("raw", pa.binary())])
        append(table, [{"user_id": "a", "tags": ["x"], "raw": b"x"}] * 2, schema)
        """);
    FreshetProcess.requireError(
        scenario.refusal("--orderColumn=tags", "--textTemplate={user_id}"),
        "schema",
        "'tags'",
        "array<string>",
        "--orderColumn");
    FreshetProcess.requireError(
        scenario.refusal("--eventTimeColumn=raw", "--textTemplate={user_id}"),
        "schema",
        "'raw'",
        "binary",
        "--eventTimeColumn");
    FreshetProcess.requireError(
        scenario.refusal("--embedding=column", "--vectorColumn=tags"),
        "schema",
        "'tags'",
        "array<string>",
        "--vectorColumn");
    assertFalse(Files.exists(scenario.ledger()), "The ledger was touched");
    assertEquals(-1, scenario.rows(), "The collection was made");
  }

  @Test
  void tableWithoutTheChangeDataFeed() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=2, rows=1, users=1, feed=False)");
    scenario
        .start("--startingVersion=0")
        .expectError("feed_off", scenario.table().toString(), "delta.enableChangeDataFeed");
  }

  @Test
  void keyColumnThatAReplacedTableSpellsOtherwiseAndTheWayOutOfIt() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("append(table, [event(1, 'a'), event(2, 'b')])");
    scenario.drain("--startingVersion=0");
    scenario.ask(
        """
        left = pa.Table.from_pylist(rows(table)[1:] + [event(3, "c")], EVENT)
        names = [{"user_id": "User_ID", "event_type": "EVENT_TYPE"}.get(name, name) for name in left.column_names]
        write_deltalake(table, left.rename_columns(names), mode="overwrite", schema_mode="overwrite")
        """);

    FreshetProcess.requireError(
        scenario.refusal(), "collection_mismatch", "--keyField=user_id", "'User_ID'");

    scenario.drain("--keyField=user_id");
    assertEquals(
        "[\"b\",\"c\"]",
        scenario.ask("sorted(row['user_id'] for row in stored(uri, collection))").toString());
    assertEquals(0, scenario.verify("--keyField=user_id").status());
  }

  @Test
  void ledgerOfAnotherTableOrCollection() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=1, rows=1, users=1)");
    scenario.drain("--startingVersion=0");
    Scenario other = BENCH.scenario("Other");
    other.ask("events(table, commits=1, rows=1, users=1)");
    scenario
        .start("--table=" + other.table())
        .expectError(
            "ledger_mismatch", scenario.table().toString(), other.table().toString(), "--ledger");
    scenario
        .start("--collection=another")
        .expectError("ledger_mismatch", scenario.collection(), "another");
  }

  @Test
  void corruptDataFileIsNamedAndWhatItHeldIsWrittenOnceItIsRestored() {
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=4, rows=30, users=20)");
    String file = scenario.ask("truncate(table, 2)").asText();
    String[] options = {"--startingVersion=0", "--maxSliceRows=30"};
    scenario.start(options).expectError("corrupt_file", file);
    scenario.expectCollectionAsTable("end=1");
    scenario.expectRowsCounted(60);

    scenario.ask("restore(table, 2)");
    scenario.drain(options);
    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(120);
  }
}
