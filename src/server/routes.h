#pragma once

#include "monitoring/metric_set.h"
#include "pipeline/repository.h"
#include "pipeline/run_shelf.h"
#include "server/guard.h"
#include "server/route_table.h"

#include "access/access.h"
#include "http/event_hub.h"

#include <functional>
#include <string>

namespace forecart {

class Oidc;
class SalesCache;
class Transfers;

/// What the routes speak to; all of it outlives them and is safe for several threads.
struct RouteServices {
  Repository& repository;
  MetricSet& metrics;
  /// Something has come for a data set; "" where it is not known for which.
  std::function<void(const std::string& dataset)> ring;
  std::string location{};  ///< of the repository, as people name it: tells which events are its own
  std::int64_t most_upload_bytes = std::int64_t{20} * 1024 * 1024 * 1024;
  Access* access = nullptr;
  const Guard* guard = nullptr;
  RunShelf* shelf = nullptr;
  EventHub* hub = nullptr;
  SalesCache* sales = nullptr;
  Oidc* oidc = nullptr;  ///< null: no provider
  Transfers* transfers = nullptr;
  bool password_sign_in = true;
};

/// Throws the same Error where there is no such data set as where it is not for who asks.
void require_dataset(const RouteServices& services, const std::string& dataset);

/// For what needs no data set to be there yet: whom the guard lets through sees its name. Throws as
/// require_dataset does for what is no name of one.
void require_dataset_name(const std::string& dataset);

/// Names of runs are parts of keys: nothing else gets there. Throws Error not_found.
void require_run_name(const std::string& run);

/// GET /healthz: the process answers. GET /readyz: its repository does too. GET /metrics.
void add_watching_routes(RouteTable& table, const RouteServices& services);

/// POST /api/v1/events: a store tells that something has come. PUT or POST
/// /api/v1/datasets/{dataset}/files/{name}: a file of orders, which goes to the inbox of the data
/// set as inbox/<dataset>/<begin of its hash>/<name>, so that no upload replaces another of the
/// same name; 201, or 200 where that content is there already.
void add_intake_routes(RouteTable& table, const RouteServices& services);

/// Files that come in pieces (tus 1.0.0), so that a cut connection costs little.
void add_transfer_routes(RouteTable& table, const RouteServices& services);

/// Forecasts of series that a request brings along: POST /invocations, GET /ping.
void add_invocation_routes(RouteTable& table, const RouteServices& services);

/// Signing in and out, one's own password, the first admin.
void add_session_routes(RouteTable& table, const RouteServices& services);

/// One's own sessions.
void add_own_session_routes(RouteTable& table, const RouteServices& services);

/// Signing in at a provider of OpenID Connect, where there is one.
void add_oidc_routes(RouteTable& table, const RouteServices& services);

/// Sums of sales by dimensions and time.
void add_sales_routes(RouteTable& table, const RouteServices& services);

/// One's own tokens.
void add_token_routes(RouteTable& table, const RouteServices& services);

/// Users and their grants.
void add_user_routes(RouteTable& table, const RouteServices& services);

/// Who did what.
void add_audit_routes(RouteTable& table, const RouteServices& services);

/// Data sets, what came in and what was refused, alerts.
void add_dataset_routes(RouteTable& table, const RouteServices& services);

/// Files on their way to a data set, and those that were given up.
void add_arrival_routes(RouteTable& table, const RouteServices& services);

/// Runs and their tables, asking for one and withdrawing that.
void add_run_routes(RouteTable& table, const RouteServices& services);

/// What became of a request for a run, what changed between two runs, what a run would take.
void add_run_report_routes(RouteTable& table, const RouteServices& services);

/// A look at a file before it is taken in.
void add_preview_routes(RouteTable& table, const RouteServices& services);

/// Settings as people change them.
void add_settings_routes(RouteTable& table, const RouteServices& services);

/// How whole the data are: gaps, outliers, level shifts.
void add_quality_routes(RouteTable& table, const RouteServices& services);

/// Alerts of all data sets that one may see.
void add_alert_routes(RouteTable& table, const RouteServices& services);

/// Files whose rows were refused, and these rows.
void add_reject_routes(RouteTable& table, const RouteServices& services);

/// Series and their forecasts.
void add_series_routes(RouteTable& table, const RouteServices& services);

/// A run as one file of html.
void add_report_route(RouteTable& table, const RouteServices& services);

/// Panels and, of their series, history, accuracy and the forecast to act on.
void add_panel_routes(RouteTable& table, const RouteServices& services);

/// What people put in place of forecasts.
void add_override_routes(RouteTable& table, const RouteServices& services);

/// What happens, as it happens (server-sent events).
void add_event_routes(RouteTable& table, const RouteServices& services);

/// The page that people open.
void add_shell_routes(RouteTable& table, const RouteServices& services);

/// All of these.
void add_all_routes(RouteTable& table, const RouteServices& services);

}  // namespace forecart
