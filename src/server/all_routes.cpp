#include "base/error.h"
#include "pipeline/version.h"
#include "server/api_schemas.h"
#include "server/openapi.h"
#include "server/routes.h"

#include <algorithm>

namespace forecart {

void require_run_name(const std::string& run) {
  constexpr std::size_t kLongest = 64;
  const bool plain = std::all_of(run.begin(), run.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.';
  });
  if (plain && !run.empty() && run.size() <= kLongest && run.find("..") == std::string::npos)
    return;
  throw Error(ErrorCode::not_found,
              "there is no such run; GET .../runs lists them, and 'current' is the last good one");
}

void add_all_routes(RouteTable& table, const RouteServices& services) {
  add_item_schemas(table);
  add_shell_routes(table, services);
  add_watching_routes(table, services);
  add_intake_routes(table, services);
  add_transfer_routes(table, services);
  add_session_routes(table, services);
  add_own_session_routes(table, services);
  add_oidc_routes(table, services);
  add_token_routes(table, services);
  add_user_routes(table, services);
  add_audit_routes(table, services);
  add_dataset_routes(table, services);
  add_arrival_routes(table, services);
  add_preview_routes(table, services);
  add_settings_routes(table, services);
  add_reject_routes(table, services);
  add_quality_routes(table, services);
  add_alert_routes(table, services);
  add_run_routes(table, services);
  add_run_report_routes(table, services);
  add_series_routes(table, services);
  add_panel_routes(table, services);
  add_report_route(table, services);
  add_override_routes(table, services);
  add_sales_routes(table, services);
  add_event_routes(table, services);
  add_invocation_routes(table, services);
  add_openapi_route(table, kVersion);
}

}  // namespace forecart
