package io.freshet.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.FreshetProcess;
import io.freshet.runners.conformance.Scenario;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows that are odd or wrong: each is stored as it is, or skipped with its reason. */
final class RowsIT {
  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  @Test
  void oddKeysAreStoredAsTheyAreAndBadOnesSkipped() {
    List<String> good =
        List.of(
            "plain",
            "x\"] or user_id in [\"plain",
            "' or 1 == 1 --",
            "a\\b",
            "\\",
            "\"",
            "line\nend",
            "tab\t",
            "nul\0inside",
            "%_*?",
            "k".repeat(256),
            "ü".repeat(128),
            "购".repeat(85),
            "🛒".repeat(64),
            " ".repeat(256),
            " ");
    List<String> tooLong =
        List.of("k".repeat(257), "ü".repeat(129), "购".repeat(86), "🛒".repeat(65));
    List<String> keys = new ArrayList<>(good);
    keys.addAll(tooLong);
    keys.add("");
    keys.add(null);
    keys.add(null);
    Scenario scenario = BENCH.scenario();
    scenario.ask(
        "append(table, [event(n, key) for n, key in enumerate(keys)])", Map.of("keys", keys));
    // A second time: an upsert must find each of them.
    scenario.ask(
        "append(table, [event(100 + n, key) for n, key in enumerate(keys)])", Map.of("keys", keys));

    scenario.drain("--startingVersion=0", "--maxSliceRows=" + keys.size());

    TreeSet<String> stored = new TreeSet<>();
    scenario
        .ask("[row['user_id'] for row in stored(uri, collection)]")
        .forEach(key -> stored.add(key.asText()));
    assertEquals(new TreeSet<>(good), stored);
    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(2L * keys.size());
    assertEquals(2L * good.size(), scenario.counted("success"));
    assertEquals(2L * tooLong.size(), scenario.counted("key_too_long"));
    assertEquals(2, scenario.counted("empty_key"));
    assertEquals(4, scenario.counted("null_key"));
  }

  @Test
  void vectorsOfTheTableItselfAreStoredAndBadOnesSkipped() {
    for (String type : new String[] {"float32", "float64"}) {
      Scenario scenario = BENCH.scenario(type);
      scenario.ask(
          """
          nan = float("nan")
          vectors = {f"u{n}": [n / 7, -0.1, 1e-30, float(n)] for n in range(50)}
          bad = {"null": None, "short": [1.0], "long": [1.0] * 5, "nan": [1.0, nan, 1.0, 1.0], "hole": [1.0, None, 1.0, 1.0],
                 "infinite": [1.0, float("inf"), 1.0, 1.0]}
          schema = pa.schema([("user_id", pa.string()), ("embedding", pa.list_(getattr(pa, type)()))])
          append(table, [{"user_id": user, "embedding": vector} for user, vector in (vectors | bad).items()], schema)
          """,
          Map.of("type", type));

      scenario.drain(
          "--startingVersion=0", "--embedding=column", "--vectorColumn=embedding", "--dimension=4");

      assertEquals(
          "[]",
          scenario
              .ask(
                  "own_vectors(uri, collection, {f'u{n}': [n / 7, -0.1, 1e-30, float(n)] for n in"
                      + " range(50)})")
              .toString());
      scenario.expectRowsCounted(56);
      assertEquals(6, scenario.counted("bad_vector"));
    }
  }

  @Test
  void rowsThatCannotBeWrittenStopThePipelineWhereTheyAreTooMany() {
    Scenario scenario = BENCH.scenario().withLedger("other_length");
    scenario.ask(
        """
        schema = pa.schema([("user_id", pa.string()), ("embedding", pa.list_(pa.float32()))])
        append(table, [{"user_id": f"u{n}", "embedding": [1.0, 2.0, 3.0, float(n)]} for n in range(300)], schema)
        append(table, [{"user_id": f"v{n}", "embedding": None} for n in range(150)], schema)
        """);
    String[] options = {
      "--startingVersion=0", "--embedding=column", "--vectorColumn=embedding", "--dimension=4"
    };

    String said =
        scenario.refusal(
            "--startingVersion=0",
            "--embedding=column",
            "--vectorColumn=embedding",
            "--dimension=3",
            "--collection=" + scenario.collection() + "_3");
    FreshetProcess.requireError(
        said, "too_many_rejects", "--dimension", "3 finite", "4 components", "key 'u0'");
    assertEquals(0, scenario.slices());

    scenario.withLedger("ledger");
    said = scenario.refusal(with(options, "--maxSliceRows=300", "--maxDeadLetterRatio=0.3"));
    FreshetProcess.requireError(
        said,
        "too_many_rejects",
        "33% of the 450 rows",
        "bad_vector",
        "key 'v0': ",
        "--vectorColumn",
        "--maxDeadLetterRatio=1");
    assertTrue(said.contains("freshet: rejected for bad_vector, the first: key 'v0': "), said);
    assertTrue(scenario.isDone(0));
    assertFalse(scenario.isDone(1), "the slice is not recorded");

    FreshetProcess.requireError(
        scenario.refusal("--embedding=hash", "--textTemplate={user_id}", "--dimension=4"),
        "ledger_mismatch",
        "'column/1 dimension=4 column=embedding'",
        "'hash/1 dimension=4 text={user_id}'");
    Scenario.Said verified =
        scenario.verify("--embedding=hash", "--textTemplate={user_id}", "--dimension=4");
    assertEquals(2, verified.status(), verified.err());
    FreshetProcess.requireError(verified.err(), "ledger_mismatch", "'column/1 dimension=4");

    scenario.drain(with(options, "--maxDeadLetterRatio=1"));
    scenario.expectRowsCounted(450);
    assertEquals(150, scenario.counted("bad_vector"));
    assertEquals(
        "bad_vector of key 'v0': The column 'embedding' must hold 4 finite 32-bit components; it holds null",
        scenario.status().get("first rejected"));
  }

  private static String[] with(String[] options, String... more) {
    return Stream.concat(Arrays.stream(options), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  void decimalsOfAColumnThatMilvusCannotNameAreKeysAndRandomVectorsAreOfTheDimension() {
    Scenario scenario = BENCH.scenario();
    scenario.ask(
        """
        schema = pa.schema([("User-ID", pa.decimal128(20, 0)), ("name", pa.string())])
        keys = [decimal.Decimal(10**19 * (n % 2) + n - 10) for n in range(200)]
        append(table, [{"User-ID": key, "name": "x"} for key in keys], schema)
        """);

    scenario.drain(
        "--startingVersion=0",
        "--keyColumn=user-id",
        "--keyField=id",
        "--embedding=random",
        "--textTemplate={NAME}",
        "--dimension=8");

    scenario.expectRowsCounted(200);
    assertEquals(
        "[true,true,true,true]",
        scenario
            .ask(
                """
                with milvus(uri) as client:
                    found = client.query(collection, filter="commit_version >= 0", output_fields=["id", "vector"], limit=1000)
                vectors = numpy.array([row["vector"] for row in found])
                [
                    {row["id"] for row in found} == {str(10**19 * (n % 2) + n - 10) for n in range(200)},
                    vectors.shape == (200, 8),
                    bool((vectors >= 0).all() and (vectors < 1).all()),
                    len(numpy.unique(vectors)) > 1000,
                ]
                """)
            .toString());
  }
}
