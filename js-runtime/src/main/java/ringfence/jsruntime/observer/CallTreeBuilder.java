package ringfence.jsruntime.observer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ringfence.sandbox.protocol.CallTree;
import ringfence.sandbox.protocol.CallTree.Node;
import ringfence.sandbox.protocol.CallTree.Place;
import ringfence.sandbox.protocol.CallTree.Sample;

/// Makes a [CallTree] of stacks. Where the tree is full, a sample counts for the innermost function that still has a node.
final class CallTreeBuilder {
  private final Map<Place, Integer> places = new HashMap<>();
  private final Map<Node, Integer> nodes = new HashMap<>();
  private final List<Place> placeList = new ArrayList<>();
  private final List<Node> nodeList = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();

  CallTreeBuilder() {
    int _ = child(-1, Place.ROOT);
  }

  boolean isFull() {
    return samples.size() >= CallTree.MOST_SAMPLES;
  }

  /// Adds a look that saw no function of the service's.
  void add(Place place, int micros) {
    add(new Stack(List.of(place), 0), micros);
  }

  /// Adds a look.
  ///
  /// @param micros since the one before
  void add(Stack stack, int micros) {
    int node = 0;
    int depth = 0;
    for (Place place : stack.places().reversed()) {
      int child = child(node, place);
      if (child < 0) {
        break;
      }
      node = child;
      depth++;
    }
    samples.add(new Sample(node, depth == stack.places().size() ? stack.line() : 0, Math.max(0, micros)));
  }

  /// @return -1 if there is no room for one more
  private int child(int parent, Place place) {
    Integer index = places.get(place);
    if (index == null) {
      if (placeList.size() == CallTree.MOST_PLACES) {
        return -1;
      }
      index = placeList.size();
      placeList.add(place);
      places.put(place, index);
    }
    Node node = new Node(parent, index);
    Integer known = nodes.get(node);
    if (known != null) {
      return known;
    }
    if (nodeList.size() == CallTree.MOST_NODES) {
      return -1;
    }
    nodes.put(node, nodeList.size());
    nodeList.add(node);
    return nodeList.size() - 1;
  }

  CallTree build() {
    return new CallTree(placeList, nodeList, samples);
  }
}
