#include "pipeline/network_file.h"

#include "base/error.h"
#include "pipeline/version.h"
#include "table/table_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace forecart {

using nlohmann::json;

void check_is_network(const std::string& model) {
  constexpr std::array<std::string_view, 2> kNetworks{"LSTM", "MLP"};
  if (std::find(kNetworks.begin(), kNetworks.end(), model) != kNetworks.end()) return;
  throw Error(ErrorCode::invalid_value,
              fmt::format("model '{}' is no network; --model {} can be exported", model,
                          fmt::join(kNetworks, " or ")));
}

std::shared_ptr<const ExportedNetwork> exported_network(const std::string& model,
                                                        const Fitted& fitted,
                                                        const Covariates& future) {
  check_is_network(model);
  auto network = fitted.export_network({.version = kVersion, .future = future});
  if (network != nullptr) return network;
  const LedgerRow& row = fitted.ledger().front();
  throw Error(ErrorCode::bad_data,
              fmt::format("{} learnt nothing that could be exported: '{}' fell back to {} ({})",
                          model, row.unique_id, row.fallback, row.reason));
}

void write_example(const ExportedNetwork& network, const std::filesystem::path& path) {
  write_file(path, network.example.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
}

Table port_table(const ExportedNetwork& network) {
  std::vector<std::vector<std::string>> columns(5);
  for (const json& port : network.ports) {
    std::vector<std::string> sizes;
    for (const json& size : port.at("sizes")) {
      sizes.push_back(size.is_string() ? size.get<std::string>() : size.dump());
    }
    columns[0].push_back(port.at("direction"));
    columns[1].push_back(port.at("name"));
    columns[2].push_back(port.at("type"));
    columns[3].push_back(fmt::format("{}", fmt::join(sizes, " x ")));
    columns[4].push_back(port.at("text"));
  }
  const std::vector<std::string> names{"direction", "name", "type", "sizes", "meaning"};
  Table table;
  for (std::size_t i = 0; i < names.size(); ++i) table.add(names[i], std::move(columns[i]));
  return table;
}

json network_json(const ExportedNetwork& network, const std::filesystem::path& path) {
  json words = network.example;
  words.erase("series");
  return {{"file", path.string()},
          {"bytes", network.onnx.size()},
          {"ports", network.ports},
          {"words", std::move(words)}};
}

}  // namespace forecart
