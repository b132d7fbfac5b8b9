package io.freshet.milvus;

import io.milvus.v2.client.ConnectConfig;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.common.DataType;
import io.milvus.v2.exception.MilvusClientException;
import io.milvus.v2.service.collection.request.AddFieldReq;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.collection.request.DropCollectionReq;
import io.milvus.v2.service.vector.request.QueryReq;
import io.milvus.v2.service.vector.request.SearchReq;
import io.milvus.v2.service.vector.request.data.FloatVec;
import io.milvus.v2.service.vector.response.QueryResp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads and arranges collections by the SDK's own client, which the module does not use. */
final class Oracle implements AutoCloseable {
  private static final int ALL = 10_000;

  private final MilvusTarget target;
  private final MilvusClientV2 client;

  Oracle(MilvusTarget target) {
    this.target = target;
    this.client =
        new MilvusClientV2(ConnectConfig.builder().uri(target.uri()).rpcDeadlineMs(10_000).build());
  }

  /** All rows: commit versions by key. */
  Map<String, Long> versions() {
    Map<String, Long> versions = new TreeMap<>();
    rows()
        .forEach(
            row ->
                versions.put(
                    (String) row.get(target.keyField()),
                    (Long) row.get(CollectionSchemas.COMMIT_VERSION)));
    return versions;
  }

  /** The first float of each vector, by key. */
  Map<String, Float> firstFloats() {
    Map<String, Float> floats = new TreeMap<>();
    rows()
        .forEach(
            row ->
                floats.put(
                    (String) row.get(target.keyField()),
                    (Float) ((List<?>) row.get(CollectionSchemas.VECTOR)).get(0)));
    return floats;
  }

  private List<Map<String, Object>> rows() {
    return client
        .query(
            QueryReq.builder()
                .collectionName(target.collection())
                .filter(CollectionSchemas.COMMIT_VERSION + " >= 0")
                .outputFields(List.of("*"))
                .consistencyLevel(ConsistencyLevel.STRONG)
                .limit(ALL)
                .build())
        .getQueryResults()
        .stream()
        .map(QueryResp.QueryResult::getEntity)
        .toList();
  }

  /** The key nearest to {@code vector}; empty if the server cannot search now. */
  Optional<Object> nearest(float... vector) {
    try {
      return client
          .search(
              SearchReq.builder()
                  .collectionName(target.collection())
                  .annsField(CollectionSchemas.VECTOR)
                  .data(List.of(new FloatVec(vector)))
                  .limit(1)
                  .consistencyLevel(ConsistencyLevel.STRONG)
                  .build())
          .getSearchResults()
          .get(0)
          .stream()
          .map(result -> result.getId())
          .findFirst();
    } catch (MilvusClientException e) {
      return Optional.empty();
    }
  }

  /** Makes a collection that Freshet did not make, of our fields but with this key. */
  void createForeign(DataType keyType, boolean withHash) {
    CreateCollectionReq.CollectionSchema schema =
        CreateCollectionReq.CollectionSchema.builder().build();
    // The SDK leaves the length out where the key is a number.
    schema.addField(
        AddFieldReq.builder()
            .fieldName(target.keyField())
            .dataType(keyType)
            .maxLength(256)
            .isPrimaryKey(true)
            .autoID(false)
            .build());
    schema.addField(
        AddFieldReq.builder()
            .fieldName(CollectionSchemas.VECTOR)
            .dataType(DataType.FloatVector)
            .dimension(target.dimension())
            .build());
    schema.addField(
        AddFieldReq.builder()
            .fieldName(CollectionSchemas.COMMIT_VERSION)
            .dataType(DataType.Int64)
            .build());
    if (withHash) {
      schema.addField(
          AddFieldReq.builder()
              .fieldName(CollectionSchemas.ROW_HASH)
              .dataType(DataType.Int64)
              .build());
    }
    client.createCollection(
        CreateCollectionReq.builder()
            .collectionName(target.collection())
            .collectionSchema(schema)
            .build());
  }

  void drop() {
    client.dropCollection(DropCollectionReq.builder().collectionName(target.collection()).build());
  }

  @Override
  public void close() {
    client.close();
  }
}
