package ringfence.jsruntime.observer;

import com.oracle.truffle.api.RootCallTarget;
import com.oracle.truffle.api.Truffle;
import com.oracle.truffle.api.frame.FrameInstance;
import com.oracle.truffle.api.nodes.Node;
import com.oracle.truffle.api.nodes.RootNode;
import com.oracle.truffle.api.source.SourceSection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.CallTree;
import ringfence.sandbox.protocol.CallTree.Place;

/// The functions that a thread is in. Those of the runtime's own JavaScript are left out: their time is that of who calls them.
///
/// @param places the innermost first
/// @param line where the innermost is, from 1; 0 if that is not known
record Stack(List<Place> places, int line) {
  /// What the engine calls a file of its built-in functions.
  private static final String BUILT_IN = "<builtin>";

  private static final String MODULE = ":module";

  /// The stack of the calling thread.
  ///
  /// @param location where it is; null if that is not known
  static Stack here(@Nullable Node location) {
    List<Place> places = new ArrayList<>();
    int[] line = {0};
    boolean[] innermost = {true};
    // Null lets the engine go on to the next frame.
    var _ =
        Truffle.getRuntime()
            .<Boolean>iterateFrames(
                frame -> {
                  Node at = innermost[0] ? location : frame.getCallNode();
                  innermost[0] = false;
                  Place place = place(frame);
                  if (place != null) {
                    if (places.isEmpty()) {
                      line[0] = place.file().isEmpty() ? 0 : line(at);
                    }
                    places.add(place);
                  }
                  return places.size() < CallTree.MOST_DEPTH ? null : Boolean.TRUE;
                });
    return new Stack(places, line[0]);
  }

  private static @Nullable Place place(FrameInstance frame) {
    if (!(frame.getCallTarget() instanceof RootCallTarget target)) {
      return null;
    }
    RootNode root = target.getRootNode();
    SourceSection section = root.getSourceSection();
    if (section == null) {
      return null;
    }
    String name = name(root.getName());
    if (section.getSource().getName().equals(BUILT_IN)) {
      return Place.own(name);
    }
    String file = section.getSource().getPath();
    return root.isInternal() || file == null
        ? null
        : new Place(name, file, section.getStartLine(), section.getStartColumn());
  }

  /// What has no name of its own the engine calls by its kind, such as `:=>`.
  private static String name(@Nullable String known) {
    if (known == null) {
      return "";
    }
    return known.startsWith(MODULE) ? "(module)" : known.startsWith(":") ? "" : known;
  }

  private static int line(@Nullable Node at) {
    SourceSection section = at == null ? null : at.getEncapsulatingSourceSection();
    return section == null || !section.isAvailable() ? 0 : section.getStartLine();
  }
}
