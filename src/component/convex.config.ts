import rateLimiter from "@convex-dev/rate-limiter/convex.config.js";
import { defineComponent } from "convex/server";

const component = defineComponent("platform");
component.use(rateLimiter);

export default component;
