package io.freshet.milvus;

/**
 * Rows of a page at most. Milvus allows 16,384 ({@code quotaAndLimits.limits.maxQueryResultWindow})
 * and may be set to less. Milvus Lite has no limit and goes through the whole collection for each
 * page, so that few and big ones are the faster by far; the first still fits into the 64 MiB of an
 * answer with keys of 256 bytes.
 */
record PageSize(int rows) {
  static final PageSize FIRST = new PageSize(100_000);
  private static final int MILVUS_LIMIT = 16_384;
  private static final int SMALLEST = 64;

  boolean isSmallest() {
    return rows <= SMALLEST;
  }

  /** The next size to try when the server refuses this one. */
  PageSize smaller() {
    return new PageSize(rows > MILVUS_LIMIT ? MILVUS_LIMIT : Math.max(SMALLEST, rows / 2));
  }
}
