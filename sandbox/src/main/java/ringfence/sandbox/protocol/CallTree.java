package ringfence.sandbox.protocol;

import java.util.List;

/// Where a service was when it was looked at, again and again.
///
/// ```
///   nodes    0 (root)                       samples   4  line 3   1004 us
///            +-- 1 (idle)                             4  line 3   1001 us
///            '-- 2 handle  page.js:10                 1  line 0    998 us
///                '-- 3 Array.prototype.map
///                    '-- 4 hot  page.js:2
/// ```
/// @param places what nodes stand for
/// @param nodes parents before children; the first is the root, whose place is [Place#ROOT]
/// @param samples in the order in which they were taken
public record CallTree(List<Place> places, List<Node> nodes, List<Sample> samples) {
  public static final int MOST_PLACES = 8192;
  public static final int MOST_NODES = 32_768;

  /// Of the longest profile with the shortest interval.
  public static final int MOST_SAMPLES =
      Question.Profile.MOST_MILLIS * 1000 / Question.Profile.LEAST_INTERVAL_MICROS + 1;

  /// Of a name, in characters.
  public static final int LONGEST_NAME = 256;

  /// Of a stack: what is nearer to its beginning is left out.
  public static final int MOST_DEPTH = 256;

  public CallTree {
    places = List.copyOf(places);
    nodes = List.copyOf(nodes);
    samples = List.copyOf(samples);
    check("places", places.size(), MOST_PLACES);
    check("nodes", nodes.size(), MOST_NODES);
    if (samples.size() > MOST_SAMPLES) {
      throw new IllegalArgumentException("a profile has at most " + MOST_SAMPLES + " samples, not " + samples.size());
    }
    int[] depths = new int[nodes.size()];
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (node.parent < (i == 0 ? -1 : 0) || node.parent >= i) {
        throw new IllegalArgumentException("node " + i + " has parent " + node.parent + "; parents come first");
      }
      if (node.place < 0 || node.place >= places.size()) {
        throw new IllegalArgumentException("node " + i + " has place " + node.place + " of " + places.size());
      }
      depths[i] = i == 0 ? 0 : depths[node.parent] + 1;
      if (depths[i] > MOST_DEPTH) {
        throw new IllegalArgumentException("node " + i + " is deeper than " + MOST_DEPTH);
      }
    }
    for (Sample sample : samples) {
      if (sample.node < 0 || sample.node >= nodes.size() || sample.line < 0 || sample.micros < 0) {
        throw new IllegalArgumentException("of " + nodes.size() + " nodes none fits " + sample);
      }
    }
  }

  private static void check(String what, int count, int most) {
    if (count < 1 || count > most) {
      throw new IllegalArgumentException("a profile has from 1 to " + most + " " + what + ", not " + count);
    }
  }

  /// A function, or one of the constants here.
  ///
  /// @param function its name, empty if it has none; at most [#LONGEST_NAME] characters
  /// @param file the module; empty for what is no author's
  /// @param line where the function begins, from 1; 0 without a file
  /// @param column from 1; 0 without a file
  public record Place(String function, String file, int line, int column) {
    /// What all is below.
    public static final Place ROOT = own("(root)");

    /// No turn was going on.
    public static final Place IDLE = own("(idle)");

    /// In a turn, and not in a function of the service's or a built-in one.
    public static final Place PROGRAM = own("(program)");

    public Place {
      function = cut(function);
      file = cut(file);
      if (line < 0 || column < 0) {
        throw new IllegalArgumentException("a function begins at line " + line + ", column " + column);
      }
    }

    /// Something that is no function of a service's.
    public static Place own(String function) {
      return new Place(function, "", 0, 0);
    }

    private static String cut(String name) {
      return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
    }
  }

  /// A place in the tree: a function, called from a certain other.
  ///
  /// @param parent an index among the nodes; -1 for the root
  /// @param place an index among the places
  public record Node(int parent, int place) {}

  /// What one look saw.
  ///
  /// @param node an index among the nodes: the innermost function
  /// @param line that it was at, from 1; 0 if that is not known
  /// @param micros since the look before
  public record Sample(int node, int line, int micros) {}
}
