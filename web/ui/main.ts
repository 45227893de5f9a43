import { mount } from "svelte";
import { startSession } from "../client/start";
import App from "./App.svelte";
import { startServiceWorker } from "./platform/serviceWorker";
import "./styles/base.css";

const target = document.getElementById("app");
if (!target) throw new Error("the page has no #app");

const session = startSession(location);
mount(App, { target, props: { session } });
startServiceWorker(session);
