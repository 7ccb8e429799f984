#pragma once

#include "base/log.h"
#include "monitoring/alerts.h"
#include "monitoring/emf.h"
#include "pipeline/sales_cache.h"
#include "pipeline/work_metrics.h"
#include "server/routes.h"
#include "server/run_watch.h"
#include "server/transfer_delivery.h"
#include "services/oidc.h"

#include "automation/automation.h"
#include "http/listener.h"
#include <CLI/CLI.hpp>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace forecart {

/// Flags of `serve` about what others see of it and send to it.
struct DoorFlags {
  std::string listen;  ///< "": nowhere
  bool insecure = false;
  TlsFiles tls;
  std::string public_url;
  std::string proxy_network;  ///< "": it runs on this host
  double requests_per_second = 1000;
  std::filesystem::path token_file;
  std::string oidc_issuer;  ///< "": no sign-in by a provider
  std::string oidc_client_id;
  std::filesystem::path oidc_secret_file;
  bool no_password_sign_in = false;
  std::string emf;  ///< file of CloudWatch metrics, "-" for stdout, "" for none
  std::string emf_namespace = "forecart";

  void add_to(CLI::App& command);

 private:
  void add_tls_to(CLI::App& command);
  void add_proxy_to(CLI::App& command);
  void add_provider_to(CLI::App& command);
};

/// What others see of a serving process and send to it: log, metrics, HTTP, and the alerts that
/// begin because nothing happens.
class ServeDoor {
 public:
  /// The log outlives it. Throws Error where the repository or the file of metrics cannot be used.
  ServeDoor(DoorFlags flags, const std::string& repository, Log& log);
  ~ServeDoor();
  ServeDoor(const ServeDoor&) = delete;
  ServeDoor& operator=(const ServeDoor&) = delete;

  /// Something happened to a data set. From any thread.
  void hear(const StageEvent& event);
  /// Listens from now on, where asked to, rings `automation`, which outlives this, and looks around
  /// once a minute. Throws Error as Listener and AccessToken do.
  void open(Automation& automation);
  /// Answers what it has taken and takes no more; before `automation` ends.
  void close() {
    listener_.reset();
    keeper_.reset();
  }

 private:
  /// When alerts of a data set are looked at again.
  struct AlertsDue {
    Instant at{};
    bool settings = false;  ///< its dataset.toml is new or has changed: whatever is known of them
    unsigned asked = 0;     ///< so many times
  };

  void listen(Automation& automation);
  std::unique_ptr<Oidc> provider(const ListenOptions& options) const;
  void offer_first_admin(const ListenOptions& options);
  void watch();
  void look();
  void look_at_alerts();
  void refresh_what_waits();
  void check_alerts_of(const std::string& dataset, const AlertsDue& look, Instant now);
  void tell(const std::string& dataset, const AlertState& state);
  void publish_alert(const nlohmann::json& notice);
  void settle(const std::string& dataset, const AlertsDue& look, std::optional<Instant> next,
              bool settings = false);
  void ask_for_alerts(const std::string& dataset, bool settings);
  bool hurries_before(std::chrono::steady_clock::time_point time);
  void find_alerts();
  std::vector<std::string> datasets() const;
  void restore_until(std::chrono::steady_clock::time_point time, std::vector<std::string>& unknown);
  bool has_ended();
  void write_emf();

  DoorFlags flags_;
  std::string location_;
  Log& log_;
  Repository repository_;
  MetricSet metrics_;
  WorkMetrics work_{metrics_};
  EmfWriter emf_{flags_.emf_namespace};
  std::chrono::steady_clock::time_point refresh_look_{};  ///< the next, of its thread alone
  std::ofstream emf_file_;
  EventHub hub_;
  std::unique_ptr<Access> access_;
  std::unique_ptr<Guard> guard_;
  std::unique_ptr<RunShelf> shelf_;
  std::unique_ptr<SalesCache> sales_;
  std::unique_ptr<RunWatch> runs_;
  std::unique_ptr<Oidc> oidc_;
  std::unique_ptr<Transfers> transfers_;
  std::unique_ptr<RouteTable> routes_;
  std::unique_ptr<TransferKeeper> keeper_;
  std::unique_ptr<Listener> listener_;

  std::mutex mutex_;  ///< of what follows
  std::map<std::string, AlertsDue> alerts_due_;
  bool hurried_ = false;  ///< some of these want a look at once
  bool ended_ = false;
  std::condition_variable ending_;
  std::thread thread_;
};

}  // namespace forecart
