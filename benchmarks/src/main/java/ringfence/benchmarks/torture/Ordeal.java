package ringfence.benchmarks.torture;

import java.util.List;

/// One kind of fault, and what is to hold under it.
interface Ordeal {
  /// Its name in `--only`, in lines that run it again and in front of its rows.
  String key();

  /// Injects the fault until the trial's time is over.
  ///
  /// @throws Exception if what is needed for it can't be had; what is found wrong is in the rows
  List<Row> endure(Trial trial) throws Exception;
}
