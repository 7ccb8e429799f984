#include "services/quicksight.h"

#include "base/ascii.h"
#include "services/aws_json.h"
#include "services/aws_services.h"
#include "services/quicksight_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kLongestId = 128;
constexpr std::size_t kDigitsOfAccount = 12;
constexpr const char* kPermissions = "Permissions";
constexpr const char* kSource = "DataSource";
constexpr const char* kDataSet = "DataSet";

const std::string& checked(const std::string& id) {
  const bool right =
      !id.empty() && id.size() <= kLongestId && std::all_of(id.begin(), id.end(), [](char c) {
        return is_ascii_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
               c == '_';
      });
  if (right) return id;
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' is no id for QuickSight: letters, digits, '-' and '_', at most {}",
                          id.substr(0, kLongestId), kLongestId));
}

const std::string& checked_account(const std::string& account) {
  if (account.size() == kDigitsOfAccount &&
      std::all_of(account.begin(), account.end(), is_ascii_digit)) {
    return account;
  }
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' is no account of AWS: 12 digits", account.substr(0, kLongestId)));
}

json with(json request, const char* name, json value) {
  if (!value.empty()) request[name] = std::move(value);
  return request;
}

}  // namespace

QuickSight::QuickSight(const AwsAccess& access, const std::string& account)
    : client_(kQuickSight, access), account_(checked_account(account)) {}

json QuickSight::call(const char* operation, const char* method, const std::string& path,
                      const json& input, const NamedValues& query) {
  const bool reads = std::string_view(method) == "GET";
  AwsRequest request{.operation = operation,
                     .method = method,
                     .path = fmt::format("/accounts/{}/{}", account_, path),
                     .query = query};
  if (!reads) {
    request.headers = {{"content-type", "application/json"}};
    request.body = input.dump(-1, ' ', false, json::error_handler_t::replace);
  }
  return parse_aws_object(kQuickSight, operation, client_.send(request).body);
}

QuickSightThing QuickSight::put_thing(const char* kind, const std::string& path,
                                      const std::string& id, const json& create,
                                      const json& update) {
  const std::string making = fmt::format("Create{}", kind);
  const std::string changing = fmt::format("Update{}", kind);
  // data has its id in the body, sheets have it in the path
  const bool in_body = create.contains(fmt::format("{}Id", kind));
  const std::string place = fmt::format("{}/{}", path, checked(id));
  try {
    QuickSightThing thing =
        parse_thing(call(making.c_str(), "POST", in_body ? path : place, create));
    thing.made = true;
    return thing;
  } catch (const AwsError& error) {
    if (error.aws_code() != "ResourceExistsException") throw;
  }
  const QuickSightThing thing = parse_thing(call(changing.c_str(), "PUT", place, update));
  if (create.contains(kPermissions)) grant(kind, place, create.at(kPermissions));
  return thing;
}

/// A change says nothing of who may see a thing: those are told apart.
void QuickSight::grant(std::string_view kind, const std::string& place, const json& grants) {
  const std::string operation = fmt::format("Update{}Permissions", kind);
  const bool is_data = kind == kSource || kind == kDataSet;
  call(operation.c_str(), is_data ? "POST" : "PUT", place + "/permissions",
       {{"GrantPermissions", grants}});
}

QuickSightThing QuickSight::put(const QuickSightSource& source) {
  const json update = source_request(source);
  json create = with(update, kPermissions, grant_list(source.grants));
  create["DataSourceId"] = source.id;
  create["Type"] = source.bucket.empty() ? "ATHENA" : "S3";
  return put_thing(kSource, "data-sources", source.id, create, update);
}

QuickSightThing QuickSight::put(const QuickSightDataSet& data_set) {
  const json update = data_set_request(data_set);
  json create = with(update, kPermissions, grant_list(data_set.grants));
  create["DataSetId"] = data_set.id;
  return put_thing(kDataSet, "data-sets", data_set.id, create, update);
}

QuickSightThing QuickSight::put_sheets(const char* kind, const std::string& path,
                                       const QuickSightSheets& sheets) {
  const json update = sheets_request(sheets);
  return put_thing(kind, path, sheets.id, with(update, kPermissions, grant_list(sheets.grants)),
                   update);
}

QuickSightThing QuickSight::put_template(const QuickSightSheets& sheets) {
  return put_sheets("Template", "templates", sheets);
}

QuickSightThing QuickSight::put_analysis(const QuickSightSheets& sheets) {
  return put_sheets("Analysis", "analyses", sheets);
}

QuickSightThing QuickSight::put_dashboard(const QuickSightSheets& sheets) {
  return put_sheets("Dashboard", "dashboards", sheets);
}

void QuickSight::publish_dashboard(const std::string& id, std::int64_t version) {
  call("UpdateDashboardPublishedVersion", "PUT",
       fmt::format("dashboards/{}/versions/{}", checked(id), version), json::object());
}

std::optional<QuickSightDashboard> QuickSight::dashboard(const std::string& id,
                                                         std::optional<std::int64_t> version) {
  NamedValues query;
  if (version) query.emplace_back("version-number", fmt::format("{}", *version));
  const std::string path = fmt::format("dashboards/{}", checked(id));
  try {
    return parse_dashboard(call("DescribeDashboard", "GET", path, nullptr, query));
  } catch (const AwsError& error) {
    if (error.code() == ErrorCode::not_found) return std::nullopt;
    throw;
  }
}

QuickSightIngestion QuickSight::ingest(const std::string& data_set, const std::string& ingestion,
                                       bool incremental) {
  try {
    return parse_ingestion(
        call("CreateIngestion", "PUT",
             fmt::format("data-sets/{}/ingestions/{}", checked(data_set), checked(ingestion)),
             {{"IngestionType", incremental ? "INCREMENTAL_REFRESH" : "FULL_REFRESH"}}));
  } catch (const AwsError& error) {
    if (error.aws_code() != "ResourceExistsException") throw;
    if (auto found = this->ingestion(data_set, ingestion)) return std::move(*found);
    throw;
  }
}

std::optional<QuickSightIngestion> QuickSight::ingestion(const std::string& data_set,
                                                         const std::string& ingestion) {
  try {
    const json answer = call(
        "DescribeIngestion", "GET",
        fmt::format("data-sets/{}/ingestions/{}", checked(data_set), checked(ingestion)), nullptr);
    return parse_ingestion(aws_object(answer, "Ingestion"));
  } catch (const AwsError& error) {
    if (error.code() == ErrorCode::not_found) return std::nullopt;
    throw;
  }
}

AwsList<QuickSightIngestion> QuickSight::ingestions(const std::string& data_set, int most_pages) {
  AwsList<QuickSightIngestion> list;
  const std::string path = fmt::format("data-sets/{}/ingestions", checked(data_set));
  list.complete = each_page(most_pages, [&](const std::string& token) {
    NamedValues query{{"max-results", "100"}};
    if (!token.empty()) query.emplace_back("next-token", token);
    const json answer = call("ListIngestions", "GET", path, nullptr, query);
    for (const json& one : aws_list(answer, "Ingestions")) {
      list.items.push_back(parse_ingestion(one));
    }
    return aws_text(answer, "NextToken");
  });
  return list;
}

std::string QuickSight::embed_url(const std::string& dashboard, const std::string& user,
                                  std::chrono::minutes lifetime,
                                  const std::vector<std::string>& domains) {
  json request{
      {"UserArn", user},
      {"SessionLifetimeInMinutes", lifetime.count()},
      {"ExperienceConfiguration", {{"Dashboard", {{"InitialDashboardId", checked(dashboard)}}}}}};
  if (!domains.empty()) request["AllowedDomains"] = domains;
  return aws_text(
      call("GenerateEmbedUrlForRegisteredUser", "POST", "embed-url/registered-user", request),
      "EmbedUrl");
}

}  // namespace forecart
