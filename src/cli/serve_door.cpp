#include "cli/serve_door.h"

#include "aws/quicksight_refresh.h"
#include "base/error.h"
#include "cli/cloud_flags.h"
#include "cli/log_flags.h"
#include "pipeline/alerting.h"
#include "pipeline/version.h"
#include "pipeline/work_log.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>
#include <utility>

namespace forecart {

namespace {

constexpr const char* kGroup = "Door";  // of flags, in the help

constexpr std::chrono::seconds kLookEvery{60};
constexpr std::chrono::hours kRefreshEvery{1};
constexpr std::chrono::minutes kAlertsAgain{5};  // that could not be looked at

/// What clients are told of an event: no texts of failures, which may hold what stands in files.
nlohmann::json event_json(const StageEvent& event) {
  nlohmann::json told{{"dataset", event.dataset}, {"kind", to_string(event.kind)}};
  if (!event.run.empty()) told["run"] = event.run;
  if (!event.code.empty()) told["code"] = event.code;
  if (event.kind == StageEvent::Kind::ended) {
    told["files"] = event.files;
    told["rejected"] = event.rejected;
    told["seconds"] = event.seconds;
  }
  return told;
}

}  // namespace

void DoorFlags::add_tls_to(CLI::App& command) {
  auto* const certificate =
      command
          .add_option("--tls-certificate", tls.certificate,
                      "PEM file of the server's certificate and its chain; read again when it "
                      "changes")
          ->type_name("FILE")
          ->group(kGroup);
  auto* const key = command.add_option("--tls-key", tls.key, "PEM file of its key")
                        ->type_name("FILE")
                        ->group(kGroup)
                        ->needs(certificate);
  certificate->needs(key);
}

void DoorFlags::add_provider_to(CLI::App& command) {
  auto* const issuer = command
                           .add_option("--oidc-issuer", oidc_issuer,
                                       "people may also sign in at this provider of OpenID Connect")
                           ->type_name("URL")
                           ->group(kGroup);
  auto* const client =
      command.add_option("--oidc-client-id", oidc_client_id, "what the provider calls this server")
          ->group(kGroup)
          ->needs(issuer);
  issuer->needs(client);
  command
      .add_flag("--no-password-sign-in", no_password_sign_in,
                "people sign in at the provider alone; tokens go on")
      ->group(kGroup)
      ->needs(issuer);
  command
      .add_option("--oidc-secret-file", oidc_secret_file,
                  "its first line is the secret for the provider [FORECART_OIDC_SECRET]")
      ->type_name("FILE")
      ->group(kGroup)
      ->needs(issuer);
}

void DoorFlags::add_to(CLI::App& command) {
  command
      .add_option("--listen", listen,
                  "answer HTTP there: the API, events of stores, uploads, metrics [nowhere]")
      ->type_name("HOST:PORT")
      ->group(kGroup);
  add_tls_to(command);
  command
      .add_option("--public-url", public_url,
                  "where people find it, https://HOST, when a proxy stands in front")
      ->type_name("URL")
      ->group(kGroup);
  command
      .add_option("--requests-per-second", requests_per_second,
                  "of a user or an address, and twice as many at once; 0: any")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str()
      ->group(kGroup);
  add_provider_to(command);
  command
      .add_flag("--insecure-listen", insecure,
                "other hosts may reach it, though nothing is encrypted")
      ->group(kGroup);
  command
      .add_option("--token-file", token_file,
                  "its first line is the token that events and uploads must show [FORECART_TOKEN]")
      ->type_name("FILE")
      ->group(kGroup);
  command
      .add_option("--emf", emf,
                  "append metrics for CloudWatch once a minute, as lines of its embedded metric "
                  "format; - is stdout")
      ->type_name("FILE")
      ->group(kGroup);
  add_namespace_flag(command, emf_namespace)->group(kGroup);
}

ServeDoor::ServeDoor(DoorFlags flags, const std::string& repository, Log& log)
    : flags_(std::move(flags)),
      location_(repository),
      log_(log),
      repository_(Repository::open(repository)) {
  metrics_.set(Metric::build, 1, {kVersion});
  if (flags_.emf.empty() || flags_.emf == "-") return;
  emf_file_.open(flags_.emf, std::ios::app);
  if (emf_file_) return;
  throw Error(ErrorCode::unreadable,
              fmt::format("'{}' cannot be written; give --emf a file that can be", flags_.emf));
}

ServeDoor::~ServeDoor() {
  close();
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ending_.notify_all();
  if (thread_.joinable()) thread_.join();
  write_emf();
}

void ServeDoor::hear(const StageEvent& event) {
  if (event.kind == StageEvent::Kind::progress) {
    const nlohmann::json told{
        {"dataset", event.dataset}, {"stage", event.stage}, {"share", event.share}};
    return hub_.publish(event.dataset, "progress", told.dump());
  }
  log_event(log_, event);
  if (!event.dataset.empty()) {
    if (shelf_) shelf_->forget(event.dataset);
    if (sales_ && event.kind == StageEvent::Kind::ended) sales_->note_change(event.dataset);
    if (runs_ && !event.run.empty()) runs_->hurry();
    hub_.publish(event.dataset, "work", event_json(event).dump());
  }
  try {
    if (event.kind == StageEvent::Kind::settings) {
      ask_for_alerts(event.dataset, true);
    } else if (!event.report.empty()) {
      const nlohmann::json report = nlohmann::json::parse(event.report);
      work_.count(report);
      for (const nlohmann::json& notice : report.at("alert_changes")) publish_alert(notice);
      ask_for_alerts(event.dataset, false);
    } else if (event.kind == StageEvent::Kind::failed) {
      work_.count_failure(event.dataset, event.code);
    }
  } catch (const nlohmann::json::exception&) {
    log_.warning("a report of work could not be counted", {{"dataset", event.dataset}});
  }
}

/// They are looked up at the next look, and at once where settings have changed.
void ServeDoor::ask_for_alerts(const std::string& dataset, bool settings) {
  const std::lock_guard lock(mutex_);
  AlertsDue& due = alerts_due_[dataset];
  due.at = Instant{};
  due.settings = due.settings || settings;
  ++due.asked;
  hurried_ = hurried_ || settings;
  if (settings) ending_.notify_all();
}

void ServeDoor::open(Automation& automation) {
  if (!flags_.listen.empty()) listen(automation);
  thread_ = std::thread([this] { watch(); });
}

void ServeDoor::listen(Automation& automation) {
  while (flags_.public_url.ends_with('/')) flags_.public_url.pop_back();
  ListenOptions options = parse_listen_address(flags_.listen);
  options.insecure = flags_.insecure;
  options.tls = flags_.tls;
  constexpr std::size_t kMostOfAddress = 1000;
  if (!is_loopback(options) && flags_.public_url.empty()) options.most_of_address = kMostOfAddress;
  options.work_folder = repository_.store().work_folder();
  raise_open_file_limit();
  access_ = std::make_unique<Access>(repository_.store());
  shelf_ = std::make_unique<RunShelf>(repository_);
  guard_ = std::make_unique<Guard>(GuardOptions{.service = AccessToken::from(flags_.token_file),
                                                .public_url = flags_.public_url,
                                                .loopback = is_loopback(options),
                                                .requests_per_second = flags_.requests_per_second},
                                   access_.get());
  sales_ = std::make_unique<SalesCache>(repository_, SalesCacheOptions{.log = &log_});
  runs_ = std::make_unique<RunWatch>(repository_, hub_, [this](const std::string& dataset) {
    shelf_->forget(dataset);
    sales_->note_change(dataset);
  });
  oidc_ = provider(options);
  transfers_ = std::make_unique<Transfers>(repository_.store().lasting_folder() / "transfers");
  routes_ = std::make_unique<RouteTable>(*guard_, &log_);
  const RouteServices services{
      .repository = repository_,
      .metrics = metrics_,
      .ring = [&automation](const std::string& dataset) { automation.ring(dataset); },
      .location = location_,
      .access = access_.get(),
      .guard = guard_.get(),
      .shelf = shelf_.get(),
      .hub = &hub_,
      .sales = sales_.get(),
      .oidc = oidc_.get(),
      .transfers = transfers_.get(),
      .password_sign_in = !flags_.no_password_sign_in};
  add_all_routes(*routes_, services);
  listener_ = std::make_unique<Listener>(options, *routes_, metrics_, log_, &hub_);
  keeper_ = std::make_unique<TransferKeeper>(services, log_);
  options.port = listener_->port();
  log_.info("listening", {{"address", options.address}, {"port", options.port}});
  offer_first_admin(options);
}

/// Where this server is to be found, without the path. What listens at all addresses of this host
/// is found at none of that name, but here at localhost.
std::string here(const DoorFlags& flags, const ListenOptions& options) {
  if (!flags.public_url.empty()) return flags.public_url;
  const std::string& address = options.address;
  const bool everywhere = address == "0.0.0.0" || address == "::";
  const bool is_v6 = address.find(':') != std::string::npos;
  return fmt::format("{}://{}:{}", options.tls.given() ? "https" : "http",
                     everywhere ? "localhost"
                     : is_v6    ? fmt::format("[{}]", address)
                                : address,
                     options.port);
}

std::unique_ptr<Oidc> ServeDoor::provider(const ListenOptions& options) const {
  if (flags_.oidc_issuer.empty()) return nullptr;
  OidcSettings settings;
  settings.issuer = flags_.oidc_issuer;
  settings.client_id = flags_.oidc_client_id;
  settings.client_secret = oidc_secret(flags_.oidc_secret_file, process_environment());
  settings.redirect_url = here(flags_, options) + "/api/v1/session/oidc/callback";
  return std::make_unique<Oidc>(settings);
}

/// While there is no user: the link goes to who started the server, not to the log.
void ServeDoor::offer_first_admin(const ListenOptions& options) {
  if (flags_.no_password_sign_in) {
    if (access_->has_users()) return;
    fmt::print(stderr,
               "there are no users yet; make the first admin with: forecart user add NAME --role "
               "admin --no-password --issuer {} --subject SUBJECT\n",
               flags_.oidc_issuer);
    return;
  }
  const auto secret = access_->offer_first_admin();
  if (!secret) return;
  fmt::print(stderr,
             "there are no users yet; the first admin is whoever opens, within a day,\n"
             "  {}/#first-admin={}\n",
             here(flags_, options), *secret);
}

void ServeDoor::watch() {
  find_alerts();
  std::vector<std::string> unknown = datasets();
  while (!has_ended()) {
    const auto next = std::chrono::steady_clock::now() + kLookEvery;
    look();
    restore_until(next, unknown);
    while (hurries_before(next)) look_at_alerts();
  }
}

/// Waits until then, or until it is asked to look at alerts sooner.
bool ServeDoor::hurries_before(std::chrono::steady_clock::time_point time) {
  std::unique_lock lock(mutex_);
  ending_.wait_until(lock, time, [this] { return ended_ || hurried_; });
  return !ended_ && std::exchange(hurried_, false);
}

bool ServeDoor::has_ended() {
  const std::lock_guard lock(mutex_);
  return ended_;
}

std::vector<std::string> ServeDoor::datasets() const {
  try {
    return repository_.datasets();
  } catch (const Error& error) {
    log_.warning("data sets could not be looked for", {{"message", error.what()}});
    return {};
  }
}

/// Tells what earlier processes have left of data sets, of as many as there is time for.
void ServeDoor::restore_until(std::chrono::steady_clock::time_point time,
                              std::vector<std::string>& unknown) {
  while (!unknown.empty() && std::chrono::steady_clock::now() < time && !has_ended()) {
    const std::string dataset = std::move(unknown.back());
    unknown.pop_back();
    try {
      work_.restore(repository_, dataset);
    } catch (const std::exception&) {  // damaged: told from the next run on
      log_.warning("what was known is not told; see forecart fsck", {{"dataset", dataset}});
    }
  }
}

void ServeDoor::look() {
  try {
    work_.refresh(repository_);
  } catch (const std::exception& error) {
    log_.warning("the store could not be looked at", {{"message", error.what()}});
  }
  look_at_alerts();
  refresh_what_waits();
  write_emf();
}

/// What QuickSight would not take in any more on an earlier day.
void ServeDoor::refresh_what_waits() {
  const auto now = std::chrono::steady_clock::now();
  if (now < refresh_look_) return;
  refresh_look_ = now + kRefreshEvery;
  catch_up_quicksight(location_, [this](const auto& dataset, const auto& why) {
    log_tables_error(log_, dataset, why);
  });
}

/// Alerts that earlier processes have left.
void ServeDoor::find_alerts() {
  try {
    for (const std::string& dataset : datasets_with_alerts(repository_)) {
      ask_for_alerts(dataset, false);
    }
  } catch (const Error& error) {
    log_.warning("alerts could not be looked for", {{"message", error.what()}});
  }
}

void ServeDoor::look_at_alerts() {
  std::map<std::string, AlertsDue> due;
  {
    const std::lock_guard lock(mutex_);
    due = alerts_due_;
  }
  try {
    const Instant now = repository_.store().now();
    for (const auto& [dataset, look] : due) {
      if (has_ended()) return;
      if (look.at <= now) check_alerts_of(dataset, look, now);
    }
  } catch (const Error& error) {
    log_.warning("the store could not be looked at", {{"message", error.what()}});
  }
}

void ServeDoor::check_alerts_of(const std::string& dataset, const AlertsDue& look, Instant now) {
  try {
    AlertState state = read_alerts(repository_, dataset);
    if (look.settings || is_alert_check_due(state, now)) {
      auto checked = check_alerts_alone(repository_, dataset);
      if (!checked) return;  // a worker is at it and looks itself
      state = std::move(*checked);
      tell(dataset, state);
    }
    metrics_.set(Metric::alerts_active, static_cast<double>(state.active.size()), {dataset});
    settle(dataset, look, next_alert_check(state, now));
  } catch (const std::exception& error) {
    log_alert_error(log_, dataset, error.what());
    settle(dataset, look, now + kAlertsAgain, look.settings);
  }
}

void ServeDoor::tell(const std::string& dataset, const AlertState& state) {
  for (const AlertNotice& change : state.changes) {
    const nlohmann::json notice = notice_json(dataset, change);
    log_alert(log_, notice);
    publish_alert(notice);
  }
  if (!state.delivery_error.empty()) log_alert_error(log_, dataset, state.delivery_error);
}

void ServeDoor::publish_alert(const nlohmann::json& notice) {
  const bool begun = notice.at("event") == "begun";
  const nlohmann::json told{{"dataset", notice.at("dataset")}, {"kind", begun ? "began" : "ended"},
                            {"rule", notice.at("alert")},      {"panel", notice.at("panel")},
                            {"since", notice.at("since")},     {"message", notice.at("message")}};
  hub_.publish(notice.at("dataset").get<std::string>(), "alert", told.dump());
}

/// When a data set's alerts are looked at again, unless somebody has asked for it meanwhile.
void ServeDoor::settle(const std::string& dataset, const AlertsDue& look,
                       std::optional<Instant> next, bool settings) {
  const std::lock_guard lock(mutex_);
  const auto at = alerts_due_.find(dataset);
  if (at == alerts_due_.end() || at->second.asked != look.asked) return;
  if (next) {
    at->second = {*next, settings, look.asked};
  } else {
    alerts_due_.erase(at);
  }
}

void ServeDoor::write_emf() {
  if (flags_.emf.empty()) return;
  std::ostream& out = flags_.emf == "-" ? std::cout : emf_file_;
  const auto now =
      std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now());
  for (const std::string& line : emf_.lines(metrics_.samples(), now)) out << line << '\n';
  out.flush();
}

}  // namespace forecart
