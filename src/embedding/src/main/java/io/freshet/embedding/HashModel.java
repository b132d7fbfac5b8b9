package io.freshet.embedding;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.List;

/**
 * Feature hashing of a text, specified in {@code docs/models.md}: each word and each three bytes of
 * a word add 1 or -1 to one component, and the sum is scaled to length 1. The sums are whole
 * numbers, so no order of addition shows in the result.
 */
final class HashModel implements EmbeddingModel {
  private static final char TAG = 'F';
  private static final int GRAM = 3;
  private static final byte[] NO_WORD = {'<', '>'};

  private final int dimension;

  HashModel(int dimension) {
    this.dimension = dimension;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public List<float[]> embed(List<EmbeddingInput> inputs, Instant deadline) {
    return inputs.stream().map(this::embed).toList();
  }

  private float[] embed(EmbeddingInput input) {
    if (input instanceof EmbeddingInput.Text text) {
      return embed(text.text());
    }
    throw new IllegalArgumentException("The model hash takes texts, not " + input);
  }

  float[] embed(String text) {
    long[] sums = new long[dimension];
    addWords(text.getBytes(UTF_8), sums);
    long squares = squares(sums);
    if (squares == 0) {
      add(NO_WORD, 0, NO_WORD.length, sums);
      squares = 1;
    }
    double length = Math.sqrt((double) squares);
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) (sums[i] / length);
    }
    return vector;
  }

  private void addWords(byte[] text, long[] sums) {
    int start = 0;
    for (int i = 0; i <= text.length; i++) {
      if (i == text.length || isSpace(text[i])) {
        if (i > start) {
          addWord(text, start, i, sums);
        }
        start = i + 1;
      }
    }
  }

  private void addWord(byte[] text, int from, int to, long[] sums) {
    byte[] word = new byte[to - from + 2];
    word[0] = '<';
    System.arraycopy(text, from, word, 1, to - from);
    word[word.length - 1] = '>';
    add(word, 0, word.length, sums);
    for (int i = 0; i + GRAM <= word.length; i++) {
      add(word, i, i + GRAM, sums);
    }
  }

  private void add(byte[] bytes, int from, int to, long[] sums) {
    long hash = FeatureHash.hash(TAG, bytes, from, to);
    sums[(int) Long.remainderUnsigned(hash, dimension)] += hash < 0 ? -1 : 1;
  }

  private static long squares(long[] sums) {
    long squares = 0;
    for (long sum : sums) {
      squares += sum * sum;
    }
    return squares;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || (b >= '\t' && b <= '\r');
  }
}
