package ringfence.sandbox.permission;

/// What a service wants to do, in the words that it used.
public sealed interface AccessRequest {
  /// The key under `permissions` that would allow it.
  String permission();

  /// What it is about; empty where the permission says all.
  String resource();

  /// What it wants, behind `may not`.
  String wish();

  /// What stands behind the key to grant it.
  String grant();

  /// Read a file, or what a folder holds.
  ///
  /// @param path as the service wrote it
  record ReadFile(String path) implements AccessRequest {
    @Override
    public String permission() {
      return "read";
    }

    @Override
    public String resource() {
      return path;
    }

    @Override
    public String wish() {
      return "read " + Quoted.plain(path);
    }

    @Override
    public String grant() {
      return "[" + Quoted.json(path) + "]";
    }
  }

  /// Make, change or remove a file or a folder.
  ///
  /// @param path as the service wrote it
  record WriteFile(String path) implements AccessRequest {
    @Override
    public String permission() {
      return "write";
    }

    @Override
    public String resource() {
      return path;
    }

    @Override
    public String wish() {
      return "write " + Quoted.plain(path);
    }

    @Override
    public String grant() {
      return "[" + Quoted.json(path) + "]";
    }
  }

  /// Talk to another host.
  ///
  /// @param host a name in lower case without a dot at its end, or an address in its canonical form
  record Connect(String host, int port) implements AccessRequest {
    @Override
    public String permission() {
      return "net";
    }

    @Override
    public String resource() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String wish() {
      return "connect to " + Quoted.plain(resource());
    }

    @Override
    public String grant() {
      return "[" + Quoted.json(resource()) + "]";
    }
  }

  /// Serve on a port of this machine.
  ///
  /// @param address of this machine, in its canonical form
  record Listen(String address, int port) implements AccessRequest {
    @Override
    public String permission() {
      return "listen";
    }

    @Override
    public String resource() {
      return new ListenGrant(address, port).toString();
    }

    @Override
    public String wish() {
      return "serve on " + resource();
    }

    @Override
    public String grant() {
      return "[" + Quoted.json(resource()) + "]";
    }
  }

  /// A child service more.
  ///
  /// @param name that it would have; empty if that is not known yet
  /// @param present how many there are
  record CreateService(String name, int present) implements AccessRequest {
    @Override
    public String permission() {
      return "create";
    }

    @Override
    public String resource() {
      return name;
    }

    @Override
    public String wish() {
      return switch (present) {
        case 0 -> "create services";
        case 1 -> "have more than one child service at once";
        default -> "have more than " + present + " child services at once";
      };
    }

    @Override
    public String grant() {
      return Integer.toString(present + 1);
    }
  }

  /// A `Worker` more.
  ///
  /// @param present how many there are
  record StartThread(int present) implements AccessRequest {
    @Override
    public String permission() {
      return "threads";
    }

    @Override
    public String resource() {
      return "";
    }

    @Override
    public String wish() {
      return switch (present) {
        case 0 -> "start Workers";
        case 1 -> "have more than one Worker at once";
        default -> "have more than " + present + " Workers at once";
      };
    }

    @Override
    public String grant() {
      return Integer.toString(present + 1);
    }
  }
}
