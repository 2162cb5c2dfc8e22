// SPDX-License-Identifier: Apache-2.0
#include "kernel/server_app.h"
#include "kernel/signals.h"

int main(int argc, char** argv) {
    latchkey::blockSignals();  // before any thread exists
    latchkey::ServerApp app;
    return app.start(argc, argv);
}
