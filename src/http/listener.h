#pragma once

#include "base/log.h"
#include "monitoring/metric_set.h"

#include "http/event_hub.h"
#include "http/lanes.h"
#include "http/service.h"
#include "http/tls.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace forecart {

struct ListenOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0: any that is free
  TlsFiles tls{};             ///< without it nothing is encrypted
  /// Whether other hosts may reach it though nothing is encrypted.
  bool insecure = false;
  std::size_t most_connections = 20'000;
  std::size_t most_of_address = 20'000;  ///< connections of one address; a proxy has them all
  std::size_t most_head_bytes = 16 * 1024;
  std::chrono::milliseconds idle_limit{60'000};     ///< between requests of a connection
  std::chrono::milliseconds head_limit{10'000};     ///< from its first byte to the end of the head
  std::chrono::milliseconds stall_limit{20'000};    ///< without a byte of a body, or of an answer
  std::chrono::milliseconds body_limit{30'000};     ///< for a body, or an answer, and on top a
  std::int64_t least_rate = 4096;                   ///< second for so many bytes that went
  std::chrono::milliseconds beat{15'000};           ///< of a stream of events where nothing happens
  std::chrono::milliseconds stream_limit{900'000};  ///< of one; its client comes again
  LaneLimits lanes{};                               ///< threads that may wait for the store
  std::filesystem::path work_folder = std::filesystem::temp_directory_path();  ///< for bodies
};

/// "HOST:PORT", "[::1]:8080", "localhost:0"; throws Error invalid_value for anything else. Other
/// names than localhost are not looked up.
ListenOptions parse_listen_address(std::string_view text);

/// Whether only this host reaches it.
bool is_loopback(const ListenOptions& options);

/// As many open files as the system lets this process have: every connection is one.
void raise_open_file_limit();

/// HTTP/1.1 for a service. One thread moves bytes; workers answer what may wait. What comes
/// too slowly, is too large or too much is refused or cut by the limits; nobody waits for another.
class Listener {
 public:
  /// Listens at once. All that it is given must outlive it; `hub` may be null where no answer asks
  /// for events. Throws Error invalid_value for an address that other hosts reach without TLS and
  /// `insecure`, unavailable where it cannot be had, and as TlsIdentity does.
  Listener(const ListenOptions& options, const Service& service, MetricSet& metrics, Log& log,
           EventHub* hub = nullptr);
  /// Answers what it has taken, within a few seconds, and takes no more; work that has begun is
  /// waited for.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint16_t port() const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace forecart
