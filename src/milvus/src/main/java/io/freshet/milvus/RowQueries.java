package io.freshet.milvus;

import io.milvus.grpc.ConsistencyLevel;
import io.milvus.grpc.FieldData;
import io.milvus.grpc.QueryRequest;
import io.milvus.grpc.QueryResults;
import io.milvus.shaded.io.grpc.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The queries of one collection. Each is sent once and ends at its deadline. */
final class RowQueries {
  private static final String COUNT = "count(*)";
  private static final float[] NO_VECTOR = new float[0];

  private final MilvusTarget target;
  private final CollectionCalls calls;

  RowQueries(MilvusTarget target) {
    this.target = target;
    this.calls = new CollectionCalls(target);
  }

  /** What a read sees at least. */
  enum Freshness {
    /** All that was acknowledged before the request; Milvus waits up to 0.5 s for it. */
    STRONG(ConsistencyLevel.Strong, 0),
    /** What the server has at hand. */
    EVENTUAL(ConsistencyLevel.Eventually, 1);

    private final ConsistencyLevel level;
    private final long guarantee;

    Freshness(ConsistencyLevel level, long guarantee) {
      this.level = level;
      this.guarantee = guarantee;
    }
  }

  /**
   * The first {@code limit} rows of those that {@code filter} selects, in the order of their keys'
   * code points: the parameter {@code iterator} has Milvus Lite sort them, which Milvus does
   * anyway. Of several rows of one key Milvus 2.3.5 gives one.
   */
  List<StoredRow> page(String filter, int limit, boolean withVectors, Deadline deadline)
      throws MilvusException {
    QueryRequest.Builder request = request(filter, Freshness.STRONG);
    fields(request, withVectors);
    request
        .addQueryParams(CollectionSchemas.pair("limit", limit))
        .addQueryParams(CollectionSchemas.pair("iterator", "True"))
        .addQueryParams(CollectionSchemas.pair("reduce_stop_for_best", "True"));
    return rows(send(request.build(), deadline), withVectors);
  }

  /** The rows of {@code keys}, at least one, in any order. */
  List<StoredRow> byKeys(List<String> keys, boolean withVectors, Deadline deadline)
      throws MilvusException {
    QueryRequest.Builder request =
        request(DeleteExpression.of(target.keyField(), keys), Freshness.STRONG);
    fields(request, withVectors);
    return rows(send(request.build(), deadline), withVectors);
  }

  /** How many rows {@code filter} selects, several rows of one key counted as several. */
  long count(String filter, Freshness freshness, Deadline deadline) throws MilvusException {
    QueryRequest request = request(filter, freshness).addOutputFields(COUNT).build();
    return longs(send(request, deadline), COUNT).stream()
        .findFirst()
        .orElseThrow(() -> MilvusException.ofAnswer("the server's answer has no count"));
  }

  private QueryRequest.Builder request(String filter, Freshness freshness) {
    return QueryRequest.newBuilder()
        .setDbName(target.database())
        .setCollectionName(target.collection())
        .setExpr(filter)
        .setConsistencyLevel(freshness.level)
        .setGuaranteeTimestamp(freshness.guarantee)
        .setUseDefaultConsistency(false);
  }

  private void fields(QueryRequest.Builder request, boolean withVectors) {
    request
        .addOutputFields(target.keyField())
        .addOutputFields(CollectionSchemas.COMMIT_VERSION)
        .addOutputFields(CollectionSchemas.ROW_HASH);
    if (withVectors) {
      request.addOutputFields(CollectionSchemas.VECTOR);
    }
  }

  private Map<String, FieldData> send(QueryRequest request, Deadline deadline)
      throws MilvusException {
    QueryResults answer = calls.call(deadline, stub -> stub.query(request));
    if (!StatusCodes.isSuccess(answer.getStatus())) {
      throw MilvusException.of(answer.getStatus());
    }
    Map<String, FieldData> fields = new HashMap<>();
    answer.getFieldsDataList().forEach(field -> fields.put(field.getFieldName(), field));
    return fields;
  }

  private static List<Long> longs(Map<String, FieldData> fields, String name) {
    return field(fields, name).getScalars().getLongData().getDataList();
  }

  private static FieldData field(Map<String, FieldData> fields, String name) {
    return fields.getOrDefault(name, FieldData.getDefaultInstance());
  }

  private List<StoredRow> rows(Map<String, FieldData> fields, boolean withVectors)
      throws MilvusException {
    List<String> keys = field(fields, target.keyField()).getScalars().getStringData().getDataList();
    List<Long> versions = longs(fields, CollectionSchemas.COMMIT_VERSION);
    List<Long> hashes = longs(fields, CollectionSchemas.ROW_HASH);
    List<Float> vectors =
        field(fields, CollectionSchemas.VECTOR).getVectors().getFloatVector().getDataList();
    long floats = (long) keys.size() * target.dimension();
    if (versions.size() != keys.size()
        || hashes.size() != keys.size()
        || (withVectors && vectors.size() != floats)) {
      throw MilvusException.ofAnswer("the columns of the server's answer are not of one length");
    }
    List<StoredRow> rows = new ArrayList<>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      rows.add(new StoredRow(keys.get(i), versions.get(i), hashes.get(i), vector(vectors, i)));
    }
    return rows;
  }

  private float[] vector(List<Float> vectors, int row) {
    if (vectors.isEmpty()) {
      return NO_VECTOR;
    }
    float[] vector = new float[target.dimension()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = vectors.get(row * vector.length + i);
    }
    return vector;
  }
}
