package io.freshet.milvus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.milvus.grpc.DataType;
import io.milvus.grpc.FieldData;
import io.milvus.grpc.FloatArray;
import io.milvus.grpc.LongArray;
import io.milvus.grpc.ScalarField;
import io.milvus.grpc.StringArray;
import io.milvus.grpc.UpsertRequest;
import io.milvus.grpc.VectorField;
import java.util.List;

/** Builds upsert requests of a target: columns, as the protocol wants them. */
final class Upserts {
  // Tags and lengths, and two INT64 of at most 10 bytes.
  private static final int OVERHEAD_BYTES = 32;

  private Upserts() {}

  /**
   * One row.
   *
   * @param vector {@code float[dimension]}
   */
  @SuppressWarnings("ArrayRecordComponent") // Lives for one request and is compared by nobody.
  record Row(String key, float[] vector, long commitVersion, long rowHash) {
    /** The most bytes that the row takes in a request. */
    long bytes() {
      return key.getBytes(UTF_8).length + (long) vector.length * Float.BYTES + OVERHEAD_BYTES;
    }
  }

  static UpsertRequest request(MilvusTarget target, List<Row> rows) {
    StringArray.Builder keys = StringArray.newBuilder();
    FloatArray.Builder vectors = FloatArray.newBuilder();
    LongArray.Builder versions = LongArray.newBuilder();
    LongArray.Builder hashes = LongArray.newBuilder();
    for (Row row : rows) {
      keys.addData(row.key());
      for (float value : row.vector()) {
        vectors.addData(value);
      }
      versions.addData(row.commitVersion());
      hashes.addData(row.rowHash());
    }
    return UpsertRequest.newBuilder()
        .setDbName(target.database())
        .setCollectionName(target.collection())
        .setNumRows(rows.size())
        .addFieldsData(
            FieldData.newBuilder()
                .setFieldName(target.keyField())
                .setType(DataType.VarChar)
                .setScalars(ScalarField.newBuilder().setStringData(keys)))
        .addFieldsData(
            FieldData.newBuilder()
                .setFieldName(CollectionSchemas.VECTOR)
                .setType(DataType.FloatVector)
                .setVectors(
                    VectorField.newBuilder().setDim(target.dimension()).setFloatVector(vectors)))
        .addFieldsData(longs(CollectionSchemas.COMMIT_VERSION, versions))
        .addFieldsData(longs(CollectionSchemas.ROW_HASH, hashes))
        .build();
  }

  private static FieldData longs(String name, LongArray.Builder values) {
    return FieldData.newBuilder()
        .setFieldName(name)
        .setType(DataType.Int64)
        .setScalars(ScalarField.newBuilder().setLongData(values))
        .build();
  }
}
