package io.freshet.milvus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.milvus.grpc.FieldData;
import io.milvus.grpc.LongArray;
import io.milvus.grpc.QueryRequest;
import io.milvus.grpc.QueryResults;
import io.milvus.grpc.ScalarField;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CollectionReaderTest {
  private final FakeMilvus milvus = new FakeMilvus();
  private final List<String> keys = new ArrayList<>(List.of("a", "b", "c"));

  @AfterEach
  void stopServer() {
    milvus.close();
  }

  @Test
  void anEmptyPageAloneIsNotTheEnd() {
    for (int wrong = 1; wrong <= 3; wrong++) {
      int empty = wrong;
      AtomicInteger pages = new AtomicInteger();
      milvus.onQuery =
          request ->
              isCount(request)
                  ? count(after(request).size())
                  : pages.incrementAndGet() == empty ? FakeMilvus.rows() : page(request);

      assertEquals(keys, scanned(new CollectionReader(milvus.target())), "empty: page " + empty);
    }
  }

  @Test
  void pagesThatStayEmptyAlthoughThereAreRowsAreAFailure() {
    milvus.onQuery = request -> isCount(request) ? count(1) : FakeMilvus.rows();
    CollectionReader reader = new CollectionReader(milvus.target(), Duration.ofMillis(200));

    FreshetException failure = assertThrows(FreshetException.class, () -> scanned(reader));

    assertEquals(FailureCategory.MILVUS_UNAVAILABLE, failure.category());
  }

  @Test
  void aCountThatSaysNothingIsAskedForAgain() {
    AtomicInteger calls = new AtomicInteger();
    milvus.onQuery =
        request ->
            calls.incrementAndGet() == 1 ? QueryResults.getDefaultInstance() : count(keys.size());

    assertEquals(3, new CollectionReader(milvus.target()).count());
  }

  private static List<String> scanned(CollectionReader reader) {
    List<String> seen = new ArrayList<>();
    reader.scan(false, row -> seen.add(row.key()));
    return seen;
  }

  private static boolean isCount(QueryRequest request) {
    return request.getOutputFieldsList().contains("count(*)");
  }

  /** One row. */
  private QueryResults page(QueryRequest request) {
    return after(request).stream()
        .findFirst()
        .map(key -> FakeMilvus.rows(new StoredRow(key, 7, 1, new float[0])))
        .orElseGet(FakeMilvus::rows);
  }

  private List<String> after(QueryRequest request) {
    return keys.stream()
        .filter(
            key ->
                keys.stream()
                    .filter(last -> request.getExpr().contains(DeleteExpression.quote(last)))
                    .allMatch(last -> key.compareTo(last) > 0))
        .toList();
  }

  private static QueryResults count(long rows) {
    return QueryResults.newBuilder()
        .addFieldsData(
            FieldData.newBuilder()
                .setFieldName("count(*)")
                .setScalars(
                    ScalarField.newBuilder().setLongData(LongArray.newBuilder().addData(rows))))
        .build();
  }
}
